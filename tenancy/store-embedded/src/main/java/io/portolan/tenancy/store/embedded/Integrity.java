package io.portolan.tenancy.store.embedded;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks for damage: SQLite's own check of the file's structure, and each row's checksum, which also
 * finds what the structure does not show. Needs no declaration of the tables.
 */
final class Integrity {
  /** Damage is told, not listed: the first places are enough to act. */
  private static final int PROBLEMS_MAX = 20;

  /**
   * What was looked at and found.
   *
   * @param rows checked, in all tables
   * @param problems one sentence each; none when all is well
   */
  record Findings(int tables, long rows, List<String> problems) {
    Findings {
      problems = List.copyOf(problems);
    }
  }

  private Integrity() {}

  /** Reads everything. */
  static Findings check(Connection connection) throws SQLException {
    var problems = new ArrayList<String>();
    var tables = 0;
    var rows = 0L;
    try {
      problems.addAll(structure(connection, "integrity_check"));
      for (var table : tables(connection)) {
        tables++;
        rows += rows(connection, table, problems);
      }
    } catch (SQLException e) {
      if (!Sqlite.damaged(e)) {
        throw e;
      }
      problems.add("reading ends with: " + e.getMessage());
    }
    return new Findings(tables, rows, problems);
  }

  /** Only the structure, which costs a fraction. */
  static Findings quick(Connection connection) throws SQLException {
    return new Findings(0, 0, structure(connection, "quick_check"));
  }

  private static List<String> structure(Connection connection, String pragma) throws SQLException {
    return connection.rows("PRAGMA " + pragma + "(" + PROBLEMS_MAX + ")").stream()
        .map(row -> String.valueOf(row.getFirst()))
        .filter(line -> !line.equals("ok"))
        .toList();
  }

  private static List<String> tables(Connection connection) throws SQLException {
    return connection
        .rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .stream()
        .map(row -> Objects.requireNonNull(row.getFirst()).toString())
        .toList();
  }

  private static long rows(Connection connection, String table, List<String> problems)
      throws SQLException {
    var columns =
        connection.rows("SELECT name FROM pragma_table_info(?)", table).stream()
            .map(row -> Objects.requireNonNull(row.getFirst()).toString())
            .toList();
    var at = columns.indexOf("row_crc");
    if (at < 0) {
      problems.add("table " + table + " has rows without checksum: it is not one of the store's");
      return 0;
    }
    var covered = new ArrayList<>(columns);
    covered.remove(at);
    var sum = new RowSum(table, covered);
    var counts = new long[2];
    connection.query(
        "SELECT * FROM \"" + table.replace("\"", "\"\"") + '"',
        List.of(),
        row -> {
          counts[0]++;
          counts[1] += right(row, at, sum) ? 0 : 1;
          return true;
        });
    if (counts[1] > 0) {
      problems.add(
          "table %s: %d of %d rows are not what was written"
              .formatted(table, counts[1], counts[0]));
    }
    return counts[0];
  }

  private static boolean right(List<@Nullable Object> row, int at, RowSum sum) {
    var values = new ArrayList<@Nullable Object>(row);
    return values.remove(at) instanceof Long expected && expected == sum.of(values);
  }
}
