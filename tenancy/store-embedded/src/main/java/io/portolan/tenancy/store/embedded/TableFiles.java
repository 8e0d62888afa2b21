package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.store.Column;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Table;
import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The tables a store was opened with, and their making. Immutable. */
final class TableFiles {
  private final Map<Table<?, ?, ?>, TableFile> files = new LinkedHashMap<>();

  TableFiles(Schema schema) {
    schema.tables().forEach(table -> files.put(table, new TableFile(table.shape())));
  }

  /** Refuses a table that the store was not opened with. */
  TableFile of(Table<?, ?, ?> table) {
    var file = files.get(table);
    if (file == null) {
      throw new IllegalArgumentException("the store was opened without table " + table);
    }
    return file;
  }

  List<SqlTable> all() {
    return files.values().stream().flatMap(file -> file.all().stream()).toList();
  }

  /** Makes what is missing: tables, and columns that were declared since. All or nothing. */
  void make(Connection connection) throws SQLException, StoreRefusedException {
    connection.run("BEGIN IMMEDIATE");
    try {
      for (var table : all()) {
        make(connection, table);
      }
      connection.run("COMMIT");
    } catch (SQLException | StoreRefusedException e) {
      connection.run("ROLLBACK");
      throw e;
    }
  }

  /** The names of those that are not there; empty when all are. */
  List<String> missing(Connection connection) throws SQLException {
    var missing = new ArrayList<String>();
    for (var table : all()) {
      var name = table.sql().name();
      if (connection.rows("SELECT name FROM pragma_table_info(?)", name).isEmpty()) {
        missing.add(name);
      }
    }
    return missing;
  }

  private static void make(Connection connection, SqlTable table)
      throws SQLException, StoreRefusedException {
    var sql = table.sql();
    var there = new HashMap<String, String>();
    for (var column : connection.rows("SELECT name, type FROM pragma_table_info(?)", sql.name())) {
      there.put(
          Objects.requireNonNull(column.get(0)).toString(),
          Objects.requireNonNull(column.get(1)).toString());
    }
    if (there.isEmpty()) {
      connection.run(sql.create());
    } else {
      compare(connection, sql, there);
    }
    if (table.expires()) {
      connection.run(sql.createExpiryIndex());
    }
  }

  private static void compare(Connection connection, TableSql sql, Map<String, String> there)
      throws SQLException, StoreRefusedException {
    var key = keyOf(connection, sql.name());
    var declared =
        Stream.concat(Stream.of(TableSql.TENANT), sql.key().stream().map(Column::name)).toList();
    if (!key.equals(declared)) {
      throw other(sql.name() + " has the key " + key + ", and this build declares " + declared);
    }
    for (var column : Stream.concat(sql.key().stream(), sql.columns().stream()).toList()) {
      var type = there.get(column.name());
      if (type == null) {
        connection.run(
            "ALTER TABLE \"" + sql.name() + "\" ADD COLUMN " + TableSql.definition(column));
      } else if (!type.equals(Values.sqlType(column.type()))) {
        throw other(
            "column %s.%s is %s, and this build declares %s"
                .formatted(sql.name(), column.name(), type, column.type()));
      }
    }
  }

  private static List<String> keyOf(Connection connection, String table) throws SQLException {
    return connection
        .rows("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", table)
        .stream()
        .map(row -> Objects.requireNonNull(row.getFirst()).toString())
        .toList();
  }

  private static StoreRefusedException other(String message) {
    return new StoreRefusedException(Reason.OTHER_TABLES, "table " + message);
  }
}
