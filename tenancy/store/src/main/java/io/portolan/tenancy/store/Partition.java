package io.portolan.tenancy.store;

import java.util.List;

/**
 * One partition of a table, still without a tenant. Immutable; equal when table and key are.
 *
 * @param <C> the table's clustering key
 * @param <R> the table's rows
 */
public sealed interface Partition<C extends Record, R extends Record>
    permits QuorumPartition, SerialPartition {
  /** The table it is a part of. */
  Table<?, C, R> table();

  /** The partition key behind the tenant, as it is stored. For engines. */
  List<Object> values();
}
