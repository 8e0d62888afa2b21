/**
 * Carries messages between clients and servers: one class per era of the client, one for what both
 * share. Knows no HTTP and no transport. Start at {@link io.portolan.gateway.core.relay.Gateway}.
 */
@NullMarked
package io.portolan.gateway.core.relay;

import org.jspecify.annotations.NullMarked;
