package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an API key, apart from its secret, which nobody knows but its owner.
 *
 * @param id names it
 * @param grant what it is good for
 * @param revokedAt since when it is of no use; null as long as it is
 */
public record ApiKey(
    String id, TenantId tenant, KeyGrant grant, Instant createdAt, @Nullable Instant revokedAt) {}
