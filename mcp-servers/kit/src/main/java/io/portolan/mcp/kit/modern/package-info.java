/**
 * The modern era, 2026-07-28: stateless requests, server/discover, multi-round-trip input requests,
 * subscriptions and the tasks extension. Knows no sockets; headers come in as a look-up function.
 * Start reading at {@link io.portolan.mcp.kit.modern.ModernServer}.
 */
@NullMarked
package io.portolan.mcp.kit.modern;

import org.jspecify.annotations.NullMarked;
