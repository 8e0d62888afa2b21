package io.portolan.tenancy.store;

import java.util.List;

/** A partition of a {@link QuorumTable}: rows are put and deleted. */
public record QuorumPartition<C extends Record, R extends Record>(
    QuorumTable<?, C, R> table, List<Object> values) implements Partition<C, R> {
  public QuorumPartition {
    values = List.copyOf(values);
  }
}
