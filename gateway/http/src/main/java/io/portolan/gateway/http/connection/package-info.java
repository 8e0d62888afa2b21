/**
 * One accepted connection and what is watched on it: how long it may idle, send a head, a body, or
 * refuse to read; and whether its client has gone while a call waits. Knows no MCP. Start at {@link
 * io.portolan.gateway.http.connection.EdgeConnection}.
 */
@NullMarked
package io.portolan.gateway.http.connection;

import org.jspecify.annotations.NullMarked;
