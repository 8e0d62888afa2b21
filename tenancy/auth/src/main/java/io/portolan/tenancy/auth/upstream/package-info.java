/**
 * What the gateway shows MCP servers: access tokens of its own, by client credentials, token
 * exchange, or the grant of a user; never the token a caller came with. Knows no MCP. Start at
 * {@link io.portolan.tenancy.auth.upstream.UpstreamTokens}.
 */
@NullMarked
package io.portolan.tenancy.auth.upstream;

import org.jspecify.annotations.NullMarked;
