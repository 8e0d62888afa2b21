package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Found;
import io.portolan.tenancy.store.TableShape;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One table of the store in its SQLite tables: its rows, and what a partition has once. */
final class TableFile {
  private final TableShape shape;
  private final SqlTable rows;
  private final @Nullable SqlTable statics;

  TableFile(TableShape shape) {
    this.shape = shape;
    this.rows = new SqlTable(TableSql.rows(shape), shape.ttl());
    this.statics =
        TableSql.hasStatics(shape) ? new SqlTable(TableSql.statics(shape), shape.ttl()) : null;
  }

  SqlTable rows() {
    return rows;
  }

  /** Its SQLite tables. */
  List<SqlTable> all() {
    return statics == null ? List.of(rows) : List.of(rows, statics);
  }

  /** A row's values in the order of the table's shape; null when it is not there. */
  SqlTable.@Nullable Stored get(
      Connection connection, TenantId tenant, List<Object> partition, List<?> key, long now)
      throws SQLException {
    var found = rows.get(connection, tenant, joined(partition, key), now);
    return found == null
        ? null
        : new SqlTable.Stored(
            found.values().subList(partition.size(), found.values().size()), found.batch());
  }

  /** The static columns and the batch that wrote last; null when nothing ever was. */
  SqlTable.@Nullable Stored statics(
      Connection connection, TenantId tenant, List<Object> partition, long now)
      throws SQLException {
    if (statics == null) {
      return null;
    }
    var found = statics.get(connection, tenant, partition, now);
    return found == null
        ? null
        : new SqlTable.Stored(
            found.values().subList(partition.size(), found.values().size()), found.batch());
  }

  /** Compares and writes; the writer's transaction makes it one step. */
  <R extends Record, S extends Record> CommitOutcome<R, S> commit(
      Connection connection, TenantId tenant, Batch<?, R, S> batch, long now) throws SQLException {
    var found = find(connection, tenant, batch, now);
    if (found.hasTraceOf(batch)) {
      return new CommitOutcome.Applied<>();
    }
    if (!found.satisfies(batch)) {
      return found.conflict(batch.partition().table());
    }
    write(connection, tenant, batch, found, now);
    return new CommitOutcome.Applied<>();
  }

  private Found find(Connection connection, TenantId tenant, Batch<?, ?, ?> batch, long now)
      throws SQLException {
    var partition = batch.partition().values();
    var once = statics(connection, tenant, partition, now);
    Map<List<@Nullable Object>, Found.Row> there = new LinkedHashMap<>();
    for (var key : batch.writes().keySet()) {
      var row = get(connection, tenant, partition, key, now);
      if (row != null) {
        there.put(key, new Found.Row(row.values(), Objects.requireNonNull(row.batch())));
      }
    }
    return once == null
        ? new Found(Collections.nCopies(shape.statics().size(), null), null, there)
        : new Found(once.values(), once.batch(), there);
  }

  private void write(
      Connection connection, TenantId tenant, Batch<?, ?, ?> batch, Found found, long now)
      throws SQLException {
    var partition = batch.partition().values();
    for (var write : batch.writes().entrySet()) {
      switch (write.getValue()) {
        case Batch.Put(var values) ->
            rows.write(connection, tenant, joined(partition, values), batch.id(), now);
        case Batch.Delete() -> rows.delete(connection, tenant, joined(partition, write.getKey()));
      }
    }
    if (statics != null) {
      var set = batch.staticValues();
      var values = joined(partition, set == null ? found.statics() : set);
      statics.write(connection, tenant, values, batch.id(), now);
    }
  }

  private static List<@Nullable Object> joined(
      List<Object> partition, List<? extends @Nullable Object> rest) {
    var all = new ArrayList<@Nullable Object>(partition);
    all.addAll(rest);
    return all;
  }
}
