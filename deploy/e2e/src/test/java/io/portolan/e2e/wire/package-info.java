/**
 * Clients that put exact bytes on the wire and show exact bytes that came back: HTTP/1.1 over a
 * socket, server-sent events, and the two eras of MCP on top. They check nothing and retry nothing.
 * Start at {@link io.portolan.e2e.wire.LegacyClient} and {@link io.portolan.e2e.wire.ModernClient}.
 */
@NullMarked
package io.portolan.e2e.wire;

import org.jspecify.annotations.NullMarked;
