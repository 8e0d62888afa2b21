package io.portolan.tenancy.store.embedded;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/**
 * One connection to the file, with the statements it has prepared. Used by one thread at a time.
 */
final class Connection implements AutoCloseable {
  /** Slices of many forms make many statements; those not used for longest go. */
  private static final int PREPARED_MAX = 256;

  private static final int BUSY_MILLIS = 5000;

  private final java.sql.Connection jdbc;
  private final Map<String, PreparedStatement> prepared =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PreparedStatement> eldest) {
          if (size() <= PREPARED_MAX) {
            return false;
          }
          close(eldest.getValue());
          return true;
        }
      };

  private Connection(java.sql.Connection jdbc) {
    this.jdbc = jdbc;
  }

  /** For the one writer: every commit is on the disk before it returns. */
  static Connection writer(Path file) throws SQLException {
    var config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    config.setPragma(SQLiteConfig.Pragma.FULL_SYNC, "true"); // Else macOS leaves it in the drive.
    config.setBusyTimeout(BUSY_MILLIS);
    var connection = new Connection(config.createConnection("jdbc:sqlite:" + file));
    // The writer moves the log into the file itself, where an error is seen.
    connection.run("PRAGMA wal_autocheckpoint = 0");
    connection.run("PRAGMA journal_size_limit = 67108864");
    connection.run("PRAGMA cell_size_check = ON");
    return connection;
  }

  /** For reading only. */
  static Connection reader(Path file) throws SQLException {
    var config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(BUSY_MILLIS);
    var connection = new Connection(config.createConnection("jdbc:sqlite:" + file));
    connection.run("PRAGMA cell_size_check = ON");
    return connection;
  }

  /** Takes a row's values; false when no more are wanted. */
  interface RowTaker {
    boolean take(List<@Nullable Object> row) throws SQLException;
  }

  /** Runs a query. */
  void query(String sql, List<? extends @Nullable Object> parameters, RowTaker taker)
      throws SQLException {
    try (var results = bound(sql, parameters).executeQuery()) {
      var columns = 0;
      while (results.next()) {
        columns = columns == 0 ? results.getMetaData().getColumnCount() : columns;
        var row = new ArrayList<@Nullable Object>(columns);
        for (int i = 1; i <= columns; i++) {
          row.add(Values.read(results, i));
        }
        if (!taker.take(row)) {
          return;
        }
      }
    } catch (SQLException e) {
      forget(sql);
      throw e;
    }
  }

  /** All rows of a query that has few. */
  List<List<@Nullable Object>> rows(String sql, @Nullable Object... parameters)
      throws SQLException {
    var rows = new ArrayList<List<@Nullable Object>>();
    query(sql, Arrays.asList(parameters), rows::add);
    return rows;
  }

  /** Writes, and says how many rows it was about. */
  int update(String sql, List<? extends @Nullable Object> parameters) throws SQLException {
    try {
      return bound(sql, parameters).executeUpdate();
    } catch (SQLException e) {
      forget(sql);
      throw e;
    }
  }

  /** The driver leaves a statement that failed in a state in which it cannot be run again. */
  private void forget(String sql) {
    var failed = prepared.remove(sql);
    if (failed != null) {
      close(failed);
    }
  }

  private PreparedStatement bound(String sql, List<? extends @Nullable Object> parameters)
      throws SQLException {
    var statement = prepared.get(sql);
    if (statement == null) {
      statement = jdbc.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int i = 0; i < parameters.size(); i++) {
      Values.bind(statement, i + 1, parameters.get(i));
    }
    return statement;
  }

  /** Runs what has no parameters and is not asked often. */
  void run(String sql) throws SQLException {
    try (var statement = jdbc.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A number that one row answers. */
  long number(String sql) throws SQLException {
    return rows(sql).getFirst().getFirst() instanceof Long number ? number : 0;
  }

  private static void close(PreparedStatement statement) {
    try {
      statement.close();
    } catch (SQLException _) {
      // It was only a plan of a query.
    }
  }

  @Override
  public void close() throws SQLException {
    prepared.values().forEach(Connection::close);
    prepared.clear();
    jdbc.close();
  }
}
