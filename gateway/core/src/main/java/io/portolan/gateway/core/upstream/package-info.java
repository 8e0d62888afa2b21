/**
 * What the gateway asks of a transport to an MCP server. Implemented by gateway/upstream; knows no
 * socket and no process. Start at {@link io.portolan.gateway.core.upstream.Upstream}.
 */
@NullMarked
package io.portolan.gateway.core.upstream;

import org.jspecify.annotations.NullMarked;
