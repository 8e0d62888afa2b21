package io.portolan.tenancy.store.cassandra;

import io.portolan.tenancy.TenantId;

/** Which data centre decides for a tenant. Thread-safe, and the same answer on every node. */
public interface Homes {
  /** The tenant's data centre: one of those with replicas. */
  String of(TenantId tenant);
}
