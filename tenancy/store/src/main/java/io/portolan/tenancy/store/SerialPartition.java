package io.portolan.tenancy.store;

import java.util.List;

/** A partition of a {@link SerialTable}: it changes by conditional batches only. */
public record SerialPartition<C extends Record, R extends Record, S extends Record>(
    SerialTable<?, C, R, S> table, List<Object> values) implements Partition<C, R> {
  public SerialPartition {
    values = List.copyOf(values);
  }
}
