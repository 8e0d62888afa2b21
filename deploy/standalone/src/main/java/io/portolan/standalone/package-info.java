/**
 * The one process: the command line, and the composition root that wires every part. Knows all
 * parts; no part knows it. Start at {@link io.portolan.standalone.Main}; {@link
 * io.portolan.standalone.Assembly} is where the gateway is put together.
 */
@NullMarked
package io.portolan.standalone;

import org.jspecify.annotations.NullMarked;
