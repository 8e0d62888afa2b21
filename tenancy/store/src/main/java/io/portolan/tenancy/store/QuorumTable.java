package io.portolan.tenancy.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table of plain writes: the last write of a row wins, and repeating one changes nothing. */
public final class QuorumTable<P extends Record, C extends Record, R extends Record>
    implements Table<P, C, R> {
  private final TableShape shape;
  private final RecordShape<P> partition;
  private final RowShape<C, R> row;

  QuorumTable(TableShape shape, RecordShape<P> partition, RowShape<C, R> row) {
    this.shape = shape;
    this.partition = partition;
    this.row = row;
  }

  @Override
  public TableShape shape() {
    return shape;
  }

  @Override
  public QuorumPartition<C, R> at(P key) {
    return new QuorumPartition<>(this, Limits.requireKey(shape, partition.values(key)));
  }

  @Override
  public List<@Nullable Object> keyValues(C key) {
    return List.copyOf(Limits.requireKey(shape, row.key().values(key)));
  }

  @Override
  public List<@Nullable Object> rowValues(R value) {
    return Limits.requireRow(shape, row.values(value));
  }

  @Override
  public R row(List<@Nullable Object> values) {
    return row.make(values);
  }

  @Override
  public String toString() {
    return shape.name();
  }
}
