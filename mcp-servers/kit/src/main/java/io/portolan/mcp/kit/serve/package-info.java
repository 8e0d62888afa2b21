/**
 * The two doors: one HTTP endpoint on Helidon and one pair of streams on stdio, each serving both
 * eras. Chooses the era of a message and nothing else; what a message means is decided behind it.
 * Start reading at {@link io.portolan.mcp.kit.serve.HttpServing}.
 */
@NullMarked
package io.portolan.mcp.kit.serve;

import org.jspecify.annotations.NullMarked;
