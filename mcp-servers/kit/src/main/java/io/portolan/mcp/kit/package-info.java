/**
 * The kit: write a tool, resource or prompt once and serve it in both protocol eras, over HTTP and
 * over stdio. This package is what a server author sees; it knows no sockets and no wire format.
 * The legacy era runs on the MCP Java SDK, the modern one (2026-07-28) is ours. Start reading at
 * {@link io.portolan.mcp.kit.ToolServer}.
 */
@NullMarked
package io.portolan.mcp.kit;

import org.jspecify.annotations.NullMarked;
