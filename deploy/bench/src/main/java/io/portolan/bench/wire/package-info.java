/**
 * HTTP/1.1, SSE and JSON read straight from bytes, for the bench's own server and load generator.
 *
 * <p>Both must cost little beside what they measure, so nothing is decoded that nobody asks for.
 * Knows nothing of MCP. Start at {@link io.portolan.bench.wire.HttpReader}.
 */
@NullMarked
package io.portolan.bench.wire;

import org.jspecify.annotations.NullMarked;
