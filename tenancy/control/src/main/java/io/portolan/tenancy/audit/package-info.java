/**
 * The audit chain: one for each tenant and shard, signed now and then, verified from outside. Knows
 * the store's tables and no engine. Start at {@link io.portolan.tenancy.audit.StoredAuditLog}.
 */
@NullMarked
package io.portolan.tenancy.audit;

import org.jspecify.annotations.NullMarked;
