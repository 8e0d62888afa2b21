package io.portolan.tenancy.store;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Declares a table from its records, once:
 *
 * <pre>{@code
 * record Run(UUID runId) {}                                  // partition key, behind the tenant
 * record Seq(long seq) {}                                    // clustering key
 * record Event(Seq key, String type, Instant at, Bytes data) {}  // row: its key, then its columns
 * record Head(long headSeq, long epoch, String owner) {}     // static columns
 *
 * static final SerialTable<Run, Seq, Event, Head> RUN_LOG =
 *     Declaration.of("run_log", Run.class, Seq.class, Event.class)
 *         .serial(Consistency.SERIAL_IN_HOME_REGION, Head.class);
 * }</pre>
 *
 * <p>A component {@code headSeq} becomes a column {@code head_seq}. No record names the tenant: a
 * {@link TenantStore} adds it as {@code tenant_id}, the first part of every partition key.
 * Immutable.
 */
public final class Declaration<P extends Record, C extends Record, R extends Record> {
  private final String name;
  private final RecordShape<P> partition;
  private final RowShape<C, R> row;
  private final Order order;
  private final @Nullable Duration ttl;

  private Declaration(
      String name,
      RecordShape<P> partition,
      RowShape<C, R> row,
      Order order,
      @Nullable Duration ttl) {
    this.name = name;
    this.partition = partition;
    this.row = row;
    this.order = order;
    this.ttl = ttl;
  }

  /**
   * Begins a declaration: rows ascend and stay for ever unless said otherwise.
   *
   * @param partition all components are key columns; may have none (one partition a tenant)
   * @param key the clustering key; {@link Only} when a partition has one row
   * @param row its first component is a {@code key}
   * @throws IllegalArgumentException when a name or a component's type fits no column
   */
  public static <P extends Record, C extends Record, R extends Record> Declaration<P, C, R> of(
      String name, Class<P> partition, Class<C> key, Class<R> row) {
    return new Declaration<>(
        name, RecordShape.of(partition), RowShape.of(key, row), Order.ASCENDING, null);
  }

  /** Orders the rows of a partition by all columns of their key. */
  public Declaration<P, C, R> clustered(Order by) {
    return new Declaration<>(name, partition, row, by, ttl);
  }

  /** Lets rows, and static columns, vanish this long after they were last written. */
  public Declaration<P, C, R> expiringAfter(Duration time) {
    return new Declaration<>(name, partition, row, order, time);
  }

  /** A table of plain, idempotent writes: see {@link Consistency#LOCAL_QUORUM}. */
  public QuorumTable<P, C, R> quorum() {
    return new QuorumTable<>(shape(List.of(), Consistency.LOCAL_QUORUM), partition, row);
  }

  /**
   * A table of conditional batches.
   *
   * @param statics all components are static columns; {@link NoStatics} when there are none
   * @throws IllegalArgumentException when {@code consistency} is not a serial one
   */
  public <S extends Record> SerialTable<P, C, R, S> serial(
      Consistency consistency, Class<S> statics) {
    if (consistency == Consistency.LOCAL_QUORUM) {
      throw new IllegalArgumentException(name + ": " + consistency + " is not serial");
    }
    var staticShape = RecordShape.of(statics);
    return new SerialTable<>(
        shape(staticShape.columns(), consistency), partition, row, staticShape);
  }

  private TableShape shape(List<Column> statics, Consistency consistency) {
    return new TableShape(
        name,
        partition.columns(),
        row.key().columns(),
        row.columns(),
        statics,
        order,
        ttl,
        consistency);
  }
}
