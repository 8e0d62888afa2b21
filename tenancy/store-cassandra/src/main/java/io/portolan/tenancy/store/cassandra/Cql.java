package io.portolan.tenancy.store.cassandra;

import io.portolan.tenancy.store.Column;
import io.portolan.tenancy.store.ColumnType;
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
 * The CQL about one table. Names are quoted, because the areas may call a column what CQL calls a
 * keyword. Immutable.
 */
record Cql(String keyspace, TableShape shape) {
  static final String BATCH = "batch_id";
  static final String LAST_BATCH = "last_batch_id";

  /** Whether a partition has something once; CQL wants a clustering key for it. */
  boolean hasStatics() {
    return shape.serial() && !shape.clustering().isEmpty();
  }

  String table() {
    return keyspace + ".\"" + shape.name() + '"';
  }

  static String type(ColumnType type) {
    return switch (type) {
      case TEXT -> "text";
      case BIGINT -> "bigint";
      case INT -> "int";
      case BOOLEAN -> "boolean";
      case DOUBLE -> "double";
      case TIMESTAMP -> "timestamp";
      case UUID -> "uuid";
      case BLOB -> "blob";
    };
  }

  String create() {
    var parts = new ArrayList<String>();
    parts.add("tenant_id text");
    Stream.of(shape.partition(), shape.clustering(), shape.columns())
        .flatMap(List::stream)
        .forEach(column -> parts.add(definition(column)));
    shape.statics().forEach(column -> parts.add(definition(column) + " static"));
    if (shape.serial()) {
      parts.add(BATCH + " uuid");
    }
    if (hasStatics()) {
      parts.add(LAST_BATCH + " uuid static");
    }
    var key = new ArrayList<String>();
    key.add("(" + String.join(", ", partition()) + ")");
    key.addAll(quoted(shape.clustering()));
    parts.add("PRIMARY KEY (" + String.join(", ", key) + ")");
    return "CREATE TABLE IF NOT EXISTS "
        + table()
        + " ("
        + String.join(", ", parts)
        + ")"
        + options();
  }

  private String options() {
    var options = new ArrayList<String>();
    if (!shape.clustering().isEmpty()) {
      var direction = shape.order() == Order.ASCENDING ? " ASC" : " DESC";
      options.add(
          "CLUSTERING ORDER BY ("
              + quoted(shape.clustering()).stream()
                  .map(name -> name + direction)
                  .collect(Collectors.joining(", "))
              + ")");
    }
    var ttl = shape.ttl();
    options.add("default_time_to_live = " + (ttl == null ? 0 : ttl.toSeconds()));
    return " WITH " + String.join(" AND ", options);
  }

  String addColumn(Column column, boolean isStatic) {
    return "ALTER TABLE "
        + table()
        + " ADD IF NOT EXISTS "
        + definition(column)
        + (isStatic ? " static" : "");
  }

  private static String definition(Column column) {
    return quoted(column) + " " + type(column.type());
  }

  private static String quoted(Column column) {
    return '"' + column.name() + '"';
  }

  private static List<String> quoted(List<Column> columns) {
    return columns.stream().map(Cql::quoted).toList();
  }

  private List<String> partition() {
    return Stream.concat(Stream.of("tenant_id"), quoted(shape.partition()).stream()).toList();
  }

  private String inPartition() {
    return " WHERE " + equal(partition());
  }

  private String atRow() {
    return " WHERE "
        + equal(Stream.concat(partition().stream(), quoted(shape.clustering()).stream()).toList());
  }

  private static String equal(List<String> names) {
    return names.stream().map(name -> name + " = ?").collect(Collectors.joining(" AND "));
  }

  /** Columns of a row: {@link TableShape#row}, then the batch in serial tables. */
  private String selectRow() {
    var names = new ArrayList<>(quoted(shape.row()));
    if (shape.serial()) {
      names.add(BATCH);
    }
    if (names.isEmpty()) {
      names.add("tenant_id");
    }
    return "SELECT " + String.join(", ", names) + " FROM " + table();
  }

  /** Parameters: tenant, partition, clustering key. */
  String get() {
    return selectRow() + atRow();
  }

  /** Parameters: tenant, partition. Columns: the static ones, then the last batch. */
  String statics() {
    var names = new ArrayList<>(quoted(shape.statics()));
    names.add(LAST_BATCH);
    return "SELECT " + String.join(", ", names) + " FROM " + table() + inPartition() + " LIMIT 1";
  }

  /** Parameters: tenant, partition, the scan's prefix, lower and upper ends, how many. */
  String slice(Scan scan) {
    var sql = new StringBuilder(selectRow()).append(inPartition());
    var clustering = quoted(shape.clustering());
    var fixed = scan.prefix().size();
    for (var name : clustering.subList(0, fixed)) {
      sql.append(" AND ").append(name).append(" = ?");
    }
    var rest = clustering.subList(fixed, clustering.size());
    var lower = scan.lower();
    if (lower != null) {
      sql.append(range(rest, lower.edge() == Slice.Edge.INCLUDED ? ">=" : ">"));
    }
    var upper = scan.upper();
    if (upper != null) {
      sql.append(range(rest, upper.edge() == Slice.Edge.INCLUDED ? "<=" : "<"));
    }
    if (!clustering.isEmpty()) {
      var direction = scan.order() == Order.ASCENDING ? " ASC" : " DESC";
      sql.append(" ORDER BY ")
          .append(
              clustering.stream().map(name -> name + direction).collect(Collectors.joining(", ")));
    }
    return sql.append(" LIMIT ?").toString();
  }

  private static String range(List<String> names, String operator) {
    return " AND ("
        + String.join(", ", names)
        + ") "
        + operator
        + " ("
        + String.join(", ", Collections.nCopies(names.size(), "?"))
        + ")";
  }

  /** Parameters: tenant, partition, {@link TableShape#row}. */
  String insert() {
    var names = Stream.concat(partition().stream(), quoted(shape.row()).stream()).toList();
    return "INSERT INTO "
        + table()
        + " ("
        + String.join(", ", names)
        + ") VALUES ("
        + String.join(", ", Collections.nCopies(names.size(), "?"))
        + ")";
  }

  /** Parameters: tenant, partition, clustering key; then those of the conditions. */
  String delete(List<String> conditions) {
    return "DELETE FROM " + table() + atRow() + when(conditions);
  }

  /**
   * A row of a serial table is there when it has a batch. Parameters: the columns, the batch,
   * tenant, partition, clustering key; then those of the conditions.
   */
  String write(List<String> conditions) {
    return update(Stream.concat(quoted(shape.columns()).stream(), Stream.of(BATCH)).toList())
        + atRow()
        + when(conditions);
  }

  /** Parameters: the static columns if they are set, the batch, tenant, partition; conditions. */
  String writeStatics(boolean set, List<String> conditions) {
    var names =
        Stream.concat(set ? quoted(shape.statics()).stream() : Stream.of(), Stream.of(LAST_BATCH));
    return update(names.toList()) + inPartition() + when(conditions);
  }

  private String update(List<String> names) {
    return "UPDATE "
        + table()
        + " SET "
        + names.stream().map(name -> name + " = ?").collect(Collectors.joining(", "));
  }

  private static String when(List<String> conditions) {
    return conditions.isEmpty() ? "" : " IF " + String.join(" AND ", conditions);
  }

  static String is(Column column) {
    return quoted(column) + " = ?";
  }

  static String isNull(Column column) {
    return quoted(column) + " = null";
  }
}
