package io.portolan.tenancy.store;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an engine found in a partition: the static columns, and those rows a batch is about. Decides
 * for both engines alike whether a batch's conditions hold. For engines.
 *
 * @param statics the static columns' values; all null when none is set
 * @param lastBatch the batch that wrote to the partition last; null when none did
 * @param rows by clustering key; only rows that are there
 */
public record Found(
    List<@Nullable Object> statics,
    @Nullable UUID lastBatch,
    Map<List<@Nullable Object>, Row> rows) {

  /**
   * A row that is there.
   *
   * @param values in the order of {@link TableShape#row}
   * @param batch the batch that wrote it
   */
  public record Row(List<@Nullable Object> values, UUID batch) {}

  /** Whether something of this batch is in place: then it was written, whatever came later. */
  public boolean hasTraceOf(Batch<?, ?, ?> batch) {
    return batch.id().equals(lastBatch)
        || rows.values().stream().anyMatch(row -> row.batch().equals(batch.id()));
  }

  /** Whether all conditions of the batch hold. */
  public boolean satisfies(Batch<?, ?, ?> batch) {
    var shape = batch.partition().table().shape();
    return batch.conditions().stream().allMatch(condition -> holds(shape, condition));
  }

  private boolean holds(TableShape shape, Condition condition) {
    return switch (condition) {
      case Condition.StaticsAbsent() -> statics.stream().allMatch(Objects::isNull);
      case Condition.StaticIs(var column, var value) ->
          Objects.equals(statics.get(shape.statics().indexOf(column)), value);
      case Condition.RowAbsent(var key) -> !rows.containsKey(key);
      case Condition.RowPresent(var key) -> rows.containsKey(key);
      case Condition.RowIs(var key, var column, var value) -> {
        var row = rows.get(key);
        yield row != null && Objects.equals(row.values().get(shape.row().indexOf(column)), value);
      }
    };
  }

  /** What a batch whose conditions do not hold is answered. */
  public <C extends Record, R extends Record, S extends Record>
      CommitOutcome.Conflict<R, S> conflict(SerialTable<?, C, R, S> table) {
    return new CommitOutcome.Conflict<>(
        table.statics(statics).orElse(null),
        rows.values().stream().map(row -> table.row(row.values())).toList());
  }
}
