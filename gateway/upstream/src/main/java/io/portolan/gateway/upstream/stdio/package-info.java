/**
 * MCP servers as child processes: started without a shell, watched, restarted, shared by sessions
 * where that is safe, and never left behind. Must not know the catalogue. Start at {@link
 * io.portolan.gateway.upstream.stdio.StdioUpstream}; who may use which child is decided in {@code
 * Children}, and what a child says is placed in {@code Placement}.
 */
@NullMarked
package io.portolan.gateway.upstream.stdio;

import org.jspecify.annotations.NullMarked;
