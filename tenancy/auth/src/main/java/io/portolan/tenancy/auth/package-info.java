/**
 * Who makes a request: access tokens of OAuth 2.1 authorization servers and API keys become a
 * {@link io.portolan.tenancy.Caller}. Knows no HTTP server and nothing of MCP's messages. Start at
 * {@link io.portolan.tenancy.auth.Authenticator}.
 */
@NullMarked
package io.portolan.tenancy.auth;

import org.jspecify.annotations.NullMarked;
