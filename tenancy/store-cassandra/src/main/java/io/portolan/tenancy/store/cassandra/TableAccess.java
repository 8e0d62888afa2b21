package io.portolan.tenancy.store.cassandra;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.Column;
import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Found;
import io.portolan.tenancy.store.StatementMetrics.Kind;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.TableShape;
import io.portolan.tenancy.store.cassandra.Statements.Purpose;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How one tenant's part of a table is read and written: through which data centre, at which
 * consistency, with which values. Immutable.
 */
record TableAccess(
    Cql cql, TenantId tenant, String datacenter, Statements statements, Deadline deadline) {
  private static final int SERIAL_READS_MAX = 8;

  TableShape shape() {
    return cql.shape();
  }

  /** Reads of a serial table finish what a coordinator left half done. */
  ConsistencyLevel readConsistency() {
    return switch (shape().consistency()) {
      case LOCAL_QUORUM -> ConsistencyLevel.LOCAL_QUORUM;
      case SERIAL_IN_HOME_REGION -> ConsistencyLevel.LOCAL_SERIAL;
      case SERIAL_EVERYWHERE -> ConsistencyLevel.SERIAL;
    };
  }

  ConsistencyLevel serialConsistency() {
    return shape().consistency() == Consistency.SERIAL_EVERYWHERE
        ? ConsistencyLevel.SERIAL
        : ConsistencyLevel.LOCAL_SERIAL;
  }

  Purpose reading() {
    return new Purpose(shape().name(), shape().serial() ? Kind.SERIAL_READ : Kind.READ);
  }

  Purpose writing() {
    return new Purpose(shape().name(), shape().serial() ? Kind.BATCH : Kind.WRITE);
  }

  /** A read, which may be sent again and to a second node. */
  BoundStatement read(String text, List<? extends @Nullable Object> values)
      throws InterruptedException {
    return bind(text, values)
        .setConsistencyLevel(readConsistency())
        .setIdempotent(true)
        .setExecutionProfileName(Profiles.reads(datacenter));
  }

  /**
   * Sends a read and waits for its first page. One of a serial table takes part in the table's
   * transactions, and those that meet make each other time out: it is sent again while there is
   * time, a bounded number of times.
   */
  AsyncResultSet send(BoundStatement read) throws InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try {
        return statements.send(read, reading(), deadline);
      } catch (StoreUnavailableException e) {
        if (!shape().serial() || attempt + 1 == SERIAL_READS_MAX || deadline.passed()) {
          throw e;
        }
        Backoff.pause(attempt);
      }
    }
  }

  /** A plain write, which may be sent again. */
  BoundStatement write(String text, List<? extends @Nullable Object> values)
      throws InterruptedException {
    return bind(text, values)
        .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
        .setIdempotent(true)
        .setExecutionProfileName(Profiles.writes(datacenter));
  }

  BoundStatement bind(String text, List<? extends @Nullable Object> values)
      throws InterruptedException {
    var bound = new @Nullable Object[values.size()];
    for (int i = 0; i < bound.length; i++) {
      bound[i] = values.get(i) instanceof Bytes bytes ? bytes.buffer() : values.get(i);
    }
    return statements.prepare(text, deadline).bind(bound);
  }

  /** Tenant, partition, and what follows. */
  List<@Nullable Object> values(List<Object> partition, List<? extends @Nullable Object> rest) {
    var values = new ArrayList<@Nullable Object>();
    values.add(tenant.value());
    values.addAll(partition);
    values.addAll(rest);
    return values;
  }

  /** The row of a table with this key; null when it is not there. */
  Found.@Nullable Row row(List<Object> partition, List<? extends @Nullable Object> key)
      throws InterruptedException {
    var row = send(read(cql.get(), values(partition, key))).one();
    return row == null ? null : row(row);
  }

  /** A row of a result; null when it stands only for the static columns of its partition. */
  Found.@Nullable Row row(Row row) {
    var columns = shape().row();
    var batch = shape().serial() ? row.getUuid(columns.size()) : NO_BATCH;
    if (batch == null) {
      return null;
    }
    return new Found.Row(decoded(row, columns), batch);
  }

  private static final UUID NO_BATCH = new UUID(0, 0);

  /** What a partition has once; null when it has nothing. */
  SetOnce statics(List<Object> partition) throws InterruptedException {
    if (!cql.hasStatics()) {
      return new SetOnce(nothing(shape().statics()), null);
    }
    var row = send(read(cql.statics(), values(partition, List.of()))).one();
    return row == null
        ? new SetOnce(nothing(shape().statics()), null)
        : new SetOnce(decoded(row, shape().statics()), row.getUuid(shape().statics().size()));
  }

  /** The static columns' values, and the batch that wrote to the partition last. */
  record SetOnce(List<@Nullable Object> values, @Nullable UUID lastBatch) {}

  private static List<@Nullable Object> nothing(List<Column> columns) {
    var nothing = new ArrayList<@Nullable Object>();
    columns.forEach(_ -> nothing.add(null));
    return nothing;
  }

  private static List<@Nullable Object> decoded(Row row, List<Column> columns) {
    var values = new ArrayList<@Nullable Object>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      var value = row.getObject(i);
      values.add(value instanceof ByteBuffer buffer ? Bytes.of(buffer) : value);
    }
    return values;
  }

  /** The key columns of a row, which are never null. */
  static List<Object> present(List<? extends @Nullable Object> values) {
    return values.stream().<Object>map(Objects::requireNonNull).toList();
  }
}
