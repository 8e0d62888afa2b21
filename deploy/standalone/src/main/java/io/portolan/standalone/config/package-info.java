/**
 * The gateway's settings: {@code portolan.yaml} and the command line's flags, parsed once into
 * records. Knows no gateway. Start at {@link io.portolan.standalone.config.PortolanConfig}; {@link
 * io.portolan.standalone.config.ConfigLoader} makes it.
 */
@NullMarked
package io.portolan.standalone.config;

import org.jspecify.annotations.NullMarked;
