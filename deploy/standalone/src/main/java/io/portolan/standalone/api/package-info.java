/**
 * The management API as such: a list of endpoints, who may ask for each, and what all of them have
 * in common. Knows no endpoint but its own list. Start at {@link
 * io.portolan.standalone.api.ManagementApi}, add endpoints as {@link
 * io.portolan.standalone.api.Endpoint}s.
 */
@NullMarked
package io.portolan.standalone.api;

import org.jspecify.annotations.NullMarked;
