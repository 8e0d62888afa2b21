package io.portolan.tenancy.tenants;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.Tenants.Standing;
import java.time.Instant;

/**
 * A tenant. Immutable.
 *
 * @param standing ACTIVE, SUSPENDED or DELETED
 * @param version 1 when it was made, one more with each change
 */
public record Tenant(
    TenantId id, Standing standing, Profile profile, Instant createdAt, long version) {}
