package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.store.Column;
import io.portolan.tenancy.store.Order;
import io.portolan.tenancy.store.Scan;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.TableShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One SQLite table: its columns in order, and the SQL about it. A table of the store is one of
 * these, and a serial one with a clustering key a second, for what a partition has once. Immutable.
 *
 * <p>Behind the declared columns stand the batch that wrote the row (serial tables), the time it
 * expires in milliseconds since 1970 (null for never), and its checksum.
 *
 * @param key the primary key, which starts with the tenant
 * @param columns the other declared columns
 * @param batch the column with the id of the batch; none in tables of plain writes
 */
record TableSql(String name, List<Column> key, List<Column> columns, List<String> batch) {
  static final String TENANT = "tenant_id";
  private static final String ALIVE = " AND (expires_at IS NULL OR expires_at > ?)";

  /** The rows of a table. */
  static TableSql rows(TableShape shape) {
    return new TableSql(
        shape.name(),
        Stream.concat(shape.partition().stream(), shape.clustering().stream()).toList(),
        shape.columns(),
        shape.serial() ? List.of("batch_id") : List.of());
  }

  /** Whether a partition of the table has something once. */
  static boolean hasStatics(TableShape shape) {
    return shape.serial() && !shape.clustering().isEmpty();
  }

  /** What a partition has once. */
  static TableSql statics(TableShape shape) {
    return new TableSql(
        shape.name() + "_static", shape.partition(), shape.statics(), List.of("last_batch_id"));
  }

  /** All columns that a checksum covers, in the order they are written and read. */
  List<String> names() {
    var names = new ArrayList<String>();
    names.add(TENANT);
    key.forEach(column -> names.add(column.name()));
    columns.forEach(column -> names.add(column.name()));
    names.addAll(batch);
    names.add("expires_at");
    return names;
  }

  RowSum sum() {
    return new RowSum(name, names());
  }

  private List<String> keyNames() {
    return Stream.concat(Stream.of(TENANT), key.stream().map(Column::name)).toList();
  }

  String create() {
    var parts = new ArrayList<String>();
    parts.add(TENANT + " TEXT NOT NULL");
    key.forEach(column -> parts.add(definition(column) + " NOT NULL"));
    columns.forEach(column -> parts.add(definition(column)));
    batch.forEach(column -> parts.add(column + " TEXT"));
    parts.add("expires_at INTEGER");
    parts.add("row_crc INTEGER NOT NULL");
    parts.add("PRIMARY KEY (" + quoted(keyNames()) + ")");
    return "CREATE TABLE "
        + name
        + " (\n  "
        + String.join(",\n  ", parts)
        + "\n) STRICT, WITHOUT ROWID";
  }

  String createExpiryIndex() {
    return "CREATE INDEX IF NOT EXISTS "
        + name
        + "_expiry ON "
        + name
        + " (expires_at) WHERE expires_at IS NOT NULL";
  }

  static String definition(Column column) {
    return '"' + column.name() + "\" " + Values.sqlType(column.type());
  }

  private static String quoted(List<String> names) {
    return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
  }

  /** Parameters: {@link #names}, the checksum. */
  String write() {
    var names = names();
    return "INSERT OR REPLACE INTO "
        + name
        + " ("
        + quoted(names)
        + ", row_crc) VALUES ("
        + String.join(", ", Collections.nCopies(names.size() + 1, "?"))
        + ")";
  }

  /** Parameters: the primary key. */
  String delete() {
    return "DELETE FROM " + name + " WHERE " + equal(keyNames());
  }

  /**
   * Parameters: the primary key, the time. Columns: {@link #names} behind the key, the checksum.
   */
  String get() {
    var names = names();
    return select(names.subList(keyNames().size(), names.size())) + equal(keyNames()) + ALIVE;
  }

  private String select(List<String> names) {
    return "SELECT " + quoted(names) + ", row_crc FROM " + name + " WHERE ";
  }

  private static String equal(List<String> names) {
    return names.stream().map(name -> '"' + name + "\" = ?").collect(Collectors.joining(" AND "));
  }

  /**
   * Parameters: tenant, partition, the scan's prefix, lower and upper ends, the time, how many.
   * Columns: {@link #names}, the checksum.
   */
  String slice(Scan scan, int partitionColumns) {
    var names = keyNames();
    var fixed = 1 + partitionColumns + scan.prefix().size();
    var sql = new StringBuilder(select(names())).append(equal(names.subList(0, fixed)));
    var rest = names.subList(fixed, names.size());
    var lower = scan.lower();
    if (lower != null) {
      sql.append(range(rest, lower.edge() == Slice.Edge.INCLUDED ? ">=" : ">"));
    }
    var upper = scan.upper();
    if (upper != null) {
      sql.append(range(rest, upper.edge() == Slice.Edge.INCLUDED ? "<=" : "<"));
    }
    sql.append(ALIVE);
    var clustering = names.subList(1 + partitionColumns, names.size());
    if (!clustering.isEmpty()) {
      var direction = scan.order() == Order.ASCENDING ? " ASC" : " DESC";
      sql.append(" ORDER BY ")
          .append(
              clustering.stream()
                  .map(name -> '"' + name + '"' + direction)
                  .collect(Collectors.joining(", ")));
    }
    return sql.append(" LIMIT ?").toString();
  }

  private static String range(List<String> names, String operator) {
    return " AND ("
        + quoted(names)
        + ") "
        + operator
        + " ("
        + String.join(", ", Collections.nCopies(names.size(), "?"))
        + ")";
  }

  /** Parameters: the time, how many at most. */
  String sweep() {
    var key = quoted(keyNames());
    return "DELETE FROM %s WHERE (%s) IN (SELECT %s FROM %s WHERE expires_at <= ? LIMIT ?)"
        .formatted(name, key, key, name);
  }
}
