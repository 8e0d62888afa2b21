/**
 * Transports to MCP servers: Streamable HTTP in both eras, HTTP+SSE, and child processes over
 * standard input and output; HTTP APIs, whose OpenAPI documents make servers of them. Moves
 * messages and keeps connections and processes; knows no catalogue, no client and no policy. Start
 * at {@link io.portolan.gateway.upstream.Upstreams}.
 */
@NullMarked
package io.portolan.gateway.upstream;

import org.jspecify.annotations.NullMarked;
