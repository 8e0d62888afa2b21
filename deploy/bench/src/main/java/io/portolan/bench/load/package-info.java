/**
 * The load generator: a closed loop over kept-alive connections on one thread, every reply checked.
 *
 * <p>It knows MCP as a client and nothing of what it talks to. Start at {@link
 * io.portolan.bench.load.LoadLoop}.
 */
@NullMarked
package io.portolan.bench.load;

import org.jspecify.annotations.NullMarked;
