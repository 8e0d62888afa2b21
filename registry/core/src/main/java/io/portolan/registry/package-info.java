/**
 * What a registered MCP server is: its name and how it is reached. Knows no transport and no
 * gateway. Start at {@link io.portolan.registry.ServerDefinition}.
 */
@NullMarked
package io.portolan.registry;

import org.jspecify.annotations.NullMarked;
