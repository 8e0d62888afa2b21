package io.portolan.tenancy.store;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table of conditional batches: nothing else writes to it, so that no plain write can hide one.
 *
 * @param <S> the static columns, which a partition has once
 */
public final class SerialTable<
        P extends Record, C extends Record, R extends Record, S extends Record>
    implements Table<P, C, R> {
  private final TableShape shape;
  private final RecordShape<P> partition;
  private final RowShape<C, R> row;
  private final RecordShape<S> statics;

  SerialTable(
      TableShape shape, RecordShape<P> partition, RowShape<C, R> row, RecordShape<S> statics) {
    this.shape = shape;
    this.partition = partition;
    this.row = row;
    this.statics = statics;
  }

  @Override
  public TableShape shape() {
    return shape;
  }

  @Override
  public SerialPartition<C, R, S> at(P key) {
    return new SerialPartition<>(this, Limits.requireKey(shape, partition.values(key)));
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

  /** The static columns' values as they are stored. For engines. */
  public List<@Nullable Object> staticValues(S value) {
    var values = statics.values(value);
    if (values.stream().allMatch(Objects::isNull)) {
      throw new IllegalArgumentException(
          "static columns of " + shape.name() + " cannot all be null: it would mean none are set");
    }
    return Limits.requireSize(shape, values);
  }

  /** The static columns with these stored values; empty when none is set. For engines. */
  public Optional<S> statics(List<@Nullable Object> values) {
    return values.stream().allMatch(Objects::isNull)
        ? Optional.empty()
        : Optional.of(statics.make(Collections.unmodifiableList(values)));
  }

  @Override
  public String toString() {
    return shape.name();
  }
}
