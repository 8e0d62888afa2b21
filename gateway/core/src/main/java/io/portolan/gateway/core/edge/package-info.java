/**
 * What the gateway's core asks of an edge, and offers to it: requests in, replies out, without any
 * HTTP type. Implemented and called by gateway/http. Start at {@link
 * io.portolan.gateway.core.edge.McpGateway}.
 */
@NullMarked
package io.portolan.gateway.core.edge;

import org.jspecify.annotations.NullMarked;
