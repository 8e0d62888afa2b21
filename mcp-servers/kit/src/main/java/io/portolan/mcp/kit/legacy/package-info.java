/**
 * The legacy era, 2025-11-25 and older: sessions of the MCP Java SDK with what the SDK leaves out
 * (resumable streams, polling, cancellation). Knows no sockets. Start reading at {@link
 * io.portolan.mcp.kit.legacy.LegacySessions}.
 */
@NullMarked
package io.portolan.mcp.kit.legacy;

import org.jspecify.annotations.NullMarked;
