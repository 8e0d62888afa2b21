/**
 * The HTTP edge: takes requests of clients in, guards the door, and carries replies and event
 * streams out. Knows nothing of servers, catalogues or sessions: it calls {@link
 * io.portolan.gateway.core.edge.McpGateway}. Start at {@link
 * io.portolan.gateway.http.McpHttpServer}, then {@code EdgeRouting}.
 */
@NullMarked
package io.portolan.gateway.http;

import org.jspecify.annotations.NullMarked;
