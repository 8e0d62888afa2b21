/**
 * JSON-RPC and MCP on the wire: bytes in, spans out. Reads only what routing needs and rewrites by
 * splicing, so that everything else passes byte for byte. Knows no socket, no HTTP library, no
 * catalogue. Start at {@link io.portolan.gateway.protocol.Message}.
 */
@NullMarked
package io.portolan.gateway.protocol;

import org.jspecify.annotations.NullMarked;
