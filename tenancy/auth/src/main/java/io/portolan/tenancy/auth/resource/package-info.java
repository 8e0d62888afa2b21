/**
 * What an OAuth client is told: canonical URIs, metadata (RFC 9728) and challenges (RFC 6750).
 * Start at {@link io.portolan.tenancy.auth.resource.ProtectedResources}.
 */
@NullMarked
package io.portolan.tenancy.auth.resource;

import org.jspecify.annotations.NullMarked;
