/**
 * Connects a client that only speaks stdio to an MCP endpoint over Streamable HTTP, both eras.
 * Knows nothing of this gateway: any endpoint will do. Start at {@link
 * io.portolan.standalone.bridge.StdioBridge}; one request's way is {@link
 * io.portolan.standalone.bridge.Exchange}.
 */
@NullMarked
package io.portolan.standalone.bridge;

import org.jspecify.annotations.NullMarked;
