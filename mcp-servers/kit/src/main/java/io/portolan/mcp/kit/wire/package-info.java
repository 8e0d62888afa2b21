/**
 * What both eras need of the wire: the JSON mapper with its limits, one JSON-RPC message, and the
 * bounded log of events that a stream is written from. Knows no transport and no tool. Start
 * reading at {@link io.portolan.mcp.kit.wire.Message}.
 */
@NullMarked
package io.portolan.mcp.kit.wire;

import org.jspecify.annotations.NullMarked;
