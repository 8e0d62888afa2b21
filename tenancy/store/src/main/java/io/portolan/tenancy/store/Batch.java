package io.portolan.tenancy.store;

import io.portolan.tenancy.store.Condition.OnRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What to write into one partition, and under which conditions: all of it or nothing. Immutable;
 * begins with {@link #in}, each further call gives a larger batch. It needs at least one condition
 * and one write to be committed, and conditions on rows only for rows that it writes or deletes.
 */
public final class Batch<C extends Record, R extends Record, S extends Record> {
  private final SerialPartition<C, R, S> partition;
  private final UUID id;
  private final List<Condition> conditions;
  private final Map<List<@Nullable Object>, Write> writes;
  private final @Nullable List<@Nullable Object> statics;

  /** What becomes of one row. */
  public sealed interface Write {}

  /**
   * The row is written whole.
   *
   * @param values in the order of {@link TableShape#row}
   */
  public record Put(List<@Nullable Object> values) implements Write {}

  /** The row is deleted. */
  public record Delete() implements Write {}

  private Batch(
      SerialPartition<C, R, S> partition,
      UUID id,
      List<Condition> conditions,
      Map<List<@Nullable Object>, Write> writes,
      @Nullable List<@Nullable Object> statics) {
    this.partition = partition;
    this.id = id;
    this.conditions = conditions;
    this.writes = writes;
    this.statics = statics;
  }

  /**
   * An empty batch.
   *
   * @param id its own for ever: it tells after a time-out whether this batch was written
   */
  public static <C extends Record, R extends Record, S extends Record> Batch<C, R, S> in(
      SerialPartition<C, R, S> partition, UUID id) {
    return new Batch<>(partition, id, List.of(), Map.of(), null);
  }

  /** If no static column is set. */
  public Batch<C, R, S> ifNoStatics() {
    return when(new Condition.StaticsAbsent());
  }

  /** If the static column {@code column} has this value; null for one that is not set. */
  public Batch<C, R, S> ifStatic(String column, @Nullable Object value) {
    var found = column(shape().statics(), column);
    return when(new Condition.StaticIs(found, found.type().toStored(value, column)));
  }

  /** If there is no row with this key. */
  public Batch<C, R, S> ifAbsent(C key) {
    return when(new Condition.RowAbsent(partition.table().keyValues(key)));
  }

  /** If there is a row with this key. */
  public Batch<C, R, S> ifPresent(C key) {
    return when(new Condition.RowPresent(partition.table().keyValues(key)));
  }

  /** If there is a row with this key, and its {@code column} has this value. */
  public Batch<C, R, S> ifRow(C key, String column, @Nullable Object value) {
    var found = column(shape().columns(), column);
    return when(
        new Condition.RowIs(
            partition.table().keyValues(key), found, found.type().toStored(value, column)));
  }

  /** Writes this row whole. */
  public Batch<C, R, S> put(R row) {
    var values = partition.table().rowValues(row);
    var keys = shape().clustering().size();
    return write(List.copyOf(requireNoNull(values.subList(0, keys))), new Put(values));
  }

  /** Deletes the row with this key. */
  public Batch<C, R, S> delete(C key) {
    return write(partition.table().keyValues(key), new Delete());
  }

  /** Writes all static columns. */
  public Batch<C, R, S> statics(S values) {
    return new Batch<>(partition, id, conditions, writes, partition.table().staticValues(values));
  }

  private Batch<C, R, S> when(Condition condition) {
    var more = new ArrayList<>(conditions);
    more.add(condition);
    return new Batch<>(partition, id, List.copyOf(more), writes, statics);
  }

  private Batch<C, R, S> write(List<@Nullable Object> key, Write write) {
    var more = new LinkedHashMap<>(writes);
    if (more.put(key, write) != null) {
      throw new IllegalArgumentException("a batch writes one row of " + shape().name() + " twice");
    }
    return new Batch<>(partition, id, conditions, more, statics);
  }

  private static List<Object> requireNoNull(List<@Nullable Object> values) {
    return values.stream().<Object>map(Objects::requireNonNull).toList();
  }

  private Column column(List<Column> among, String name) {
    for (var column : among) {
      if (column.name().equals(name)) {
        return column;
      }
    }
    throw new IllegalArgumentException(
        "%s has no such column: %s; it has %s"
            .formatted(shape().name(), name, among.stream().map(Column::name).toList()));
  }

  private TableShape shape() {
    return partition.table().shape();
  }

  /** Where it writes. */
  public SerialPartition<C, R, S> partition() {
    return partition;
  }

  /** What tells it from every other batch. */
  public UUID id() {
    return id;
  }

  /** All must hold. */
  public List<Condition> conditions() {
    return conditions;
  }

  /** By clustering key, in the order they were added. */
  public Map<List<@Nullable Object>, Write> writes() {
    return Collections.unmodifiableMap(writes);
  }

  /** The static columns' values; null when they stay as they are. */
  public @Nullable List<@Nullable Object> staticValues() {
    return statics;
  }

  /**
   * Checks what only a whole batch can be checked for. Engines call it first.
   *
   * @throws IllegalArgumentException when it has no condition, no write, a condition on a row it
   *     does not write, or is past a bound of {@link Limits}
   */
  public void requireWhole() {
    var table = shape().name();
    if (conditions.isEmpty() || (writes.isEmpty() && statics == null)) {
      throw new IllegalArgumentException(
          "a batch for " + table + " needs a condition and something to write");
    }
    if (conditions.size() > Limits.BATCH_CONDITIONS_MAX || writes.size() > Limits.BATCH_ROWS_MAX) {
      throw new IllegalArgumentException(
          "a batch for %s has %d conditions and %d rows; at most %d and %d are allowed"
              .formatted(
                  table,
                  conditions.size(),
                  writes.size(),
                  Limits.BATCH_CONDITIONS_MAX,
                  Limits.BATCH_ROWS_MAX));
    }
    for (var condition : conditions) {
      if (condition instanceof OnRow row && !writes.containsKey(row.key())) {
        throw new IllegalArgumentException(
            "a batch for " + table + " has a condition on a row that it does not write");
      }
    }
    var size = sizeBytes();
    if (size > Limits.BATCH_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a batch for %s has %d bytes, more than %d"
              .formatted(table, size, Limits.BATCH_BYTES_MAX));
    }
  }

  private long sizeBytes() {
    var size = statics == null ? 0 : Limits.sizeBytes(statics);
    for (var write : writes.values()) {
      size += write instanceof Put(var values) ? Limits.sizeBytes(values) : 0;
    }
    return size;
  }
}
