package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Column;
import io.portolan.tenancy.store.Scan;
import io.portolan.tenancy.store.StoreDamagedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads and writes the rows of one SQLite table, checksums included. Immutable. */
final class SqlTable {
  private final TableSql sql;
  private final @Nullable Duration ttl;
  private final RowSum sum;
  private final List<Column> declared;
  private final List<String> fixed;

  SqlTable(TableSql sql, @Nullable Duration ttl) {
    this.sql = sql;
    this.ttl = ttl;
    this.sum = sql.sum();
    this.declared = Stream.concat(sql.key().stream(), sql.columns().stream()).toList();
    this.fixed = List.of(sql.write(), sql.get(), sql.delete(), sql.sweep());
  }

  TableSql sql() {
    return sql;
  }

  boolean expires() {
    return ttl != null;
  }

  /**
   * A row as it was read.
   *
   * @param values of the columns behind the tenant, as tables hold them
   * @param batch null in tables of plain writes
   */
  record Stored(List<@Nullable Object> values, @Nullable UUID batch) {}

  /** Writes a row; {@code values} are those of the key and the columns behind the tenant. */
  void write(
      Connection connection,
      TenantId tenant,
      List<? extends @Nullable Object> values,
      @Nullable UUID batch,
      long nowMillis)
      throws SQLException {
    var row = new ArrayList<@Nullable Object>(values.size() + 4);
    row.add(tenant.value());
    values.forEach(value -> row.add(Values.toSql(value)));
    if (!sql.batch().isEmpty()) {
      row.add(Values.toSql(batch));
    }
    row.add(ttl == null ? null : (Object) (nowMillis + ttl.toMillis()));
    row.add(sum.of(row));
    connection.update(fixed.get(0), row);
  }

  /** The live row with this primary key. */
  @Nullable Stored get(Connection connection, TenantId tenant, List<?> key, long nowMillis)
      throws SQLException {
    var found = new ArrayList<Stored>(1);
    var parameters = parameters(tenant, key);
    var keys = parameters.size();
    parameters.add(nowMillis);
    connection.query(
        fixed.get(1),
        parameters,
        rest -> {
          var row = new ArrayList<@Nullable Object>(keys + rest.size());
          row.addAll(parameters.subList(0, keys));
          row.addAll(rest);
          return found.add(stored(row));
        });
    return found.isEmpty() ? null : found.getFirst();
  }

  void delete(Connection connection, TenantId tenant, List<?> key) throws SQLException {
    connection.update(fixed.get(2), parameters(tenant, key));
  }

  /** Takes the values of live rows. */
  interface Taker {
    boolean take(List<@Nullable Object> values);
  }

  /** Reads a range of a partition, and one row more than its limit. */
  void slice(
      Connection connection,
      TenantId tenant,
      List<Object> partition,
      Scan scan,
      long nowMillis,
      Taker taker)
      throws SQLException {
    var parameters = parameters(tenant, partition);
    scan.prefix().forEach(value -> parameters.add(Values.toSql(value)));
    for (var end : new Scan.@Nullable End[] {scan.lower(), scan.upper()}) {
      if (end != null) {
        end.rest().forEach(value -> parameters.add(Values.toSql(value)));
      }
    }
    parameters.add(nowMillis);
    parameters.add(scan.limit() + 1L);
    connection.query(
        sql.slice(scan, partition.size()),
        parameters,
        row -> {
          var values = stored(row).values();
          return taker.take(values.subList(partition.size(), values.size()));
        });
  }

  /** Deletes up to {@code rowsMax} rows whose time is over, and says how many it found. */
  int sweep(Connection connection, long nowMillis, int rowsMax) throws SQLException {
    return connection.update(fixed.get(3), List.of(nowMillis, (long) rowsMax));
  }

  private static List<@Nullable Object> parameters(TenantId tenant, List<?> key) {
    var parameters = new ArrayList<@Nullable Object>();
    parameters.add(tenant.value());
    key.forEach(value -> parameters.add(Values.toSql(value)));
    return parameters;
  }

  private Stored stored(List<@Nullable Object> row) {
    var covered = row.subList(0, row.size() - 1);
    if (!(row.getLast() instanceof Long expected) || expected != sum.of(covered)) {
      throw new StoreDamagedException(
          "a row of table " + sql.name() + " is not what was written; see ./portolan store check");
    }
    var values = new ArrayList<@Nullable Object>(declared.size());
    for (int i = 0; i < declared.size(); i++) {
      values.add(Values.fromSql(declared.get(i).type(), row.get(i + 1)));
    }
    var batch = sql.batch().isEmpty() ? null : row.get(declared.size() + 1);
    return new Stored(values, batch instanceof String id ? UUID.fromString(id) : null);
  }
}
