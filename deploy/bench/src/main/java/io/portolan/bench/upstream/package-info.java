/**
 * The tool server that every measured way leads to: MCP over Streamable HTTP on one thread.
 *
 * <p>It must cost little CPU itself, so it answers from prepared bytes and checks nothing that does
 * not decide an answer. It knows nothing of what is measured. Start at {@link
 * io.portolan.bench.upstream.UpstreamServer}.
 */
@NullMarked
package io.portolan.bench.upstream;

import org.jspecify.annotations.NullMarked;
