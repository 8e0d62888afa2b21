/**
 * The servers a user wants federated, read from the {@code mcp.json} files that the common IDEs
 * write and from {@code portolan.yaml}. Knows no gateway and starts nothing. Start at {@link
 * io.portolan.standalone.servers.McpJson}; {@link io.portolan.standalone.servers.ServerEntry} reads
 * one entry.
 */
@NullMarked
package io.portolan.standalone.servers;

import org.jspecify.annotations.NullMarked;
