/**
 * Access tokens as signed JWTs (RFC 7519, RFC 9068): their issuers, keys and checks. Start at
 * {@link io.portolan.tenancy.auth.jwt.AccessTokens}.
 */
@NullMarked
package io.portolan.tenancy.auth.jwt;

import org.jspecify.annotations.NullMarked;
