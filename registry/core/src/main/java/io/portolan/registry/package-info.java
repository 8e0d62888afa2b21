/**
 * What a registered MCP server is: its name, its versions, how it is reached, and how the gateway
 * hears of it. Knows no transport, no store and no gateway. Start at {@link
 * io.portolan.registry.ServerRegistry}, which the gateway asks, and {@link
 * io.portolan.registry.ServerDraft}, what somebody publishes.
 */
@NullMarked
package io.portolan.registry;

import org.jspecify.annotations.NullMarked;
