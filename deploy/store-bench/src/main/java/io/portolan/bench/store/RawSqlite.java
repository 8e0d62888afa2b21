package io.portolan.bench.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/** SQLite as it is: the same row, one connection, one prepared statement, one flush a write. */
final class RawSqlite implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement insert;
  private final PreparedStatement select;
  private long next;

  RawSqlite(Path file) throws SQLException {
    var config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    this.connection = config.createConnection("jdbc:sqlite:" + file);
    try (var statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE events (tenant_id TEXT NOT NULL, run_id TEXT NOT NULL, seq INTEGER NOT NULL,"
              + " type TEXT, at TEXT, data BLOB, PRIMARY KEY (tenant_id, run_id, seq)) STRICT,"
              + " WITHOUT ROWID");
    }
    this.insert = connection.prepareStatement("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)");
    this.select =
        connection.prepareStatement(
            "SELECT tenant_id, run_id, seq, type, at, data FROM events"
                + " WHERE tenant_id = ? AND run_id = ? AND seq = ?");
  }

  void fill() throws SQLException {
    connection.setAutoCommit(false);
    for (int i = 0; i < Rows.FILLED; i++) {
      write();
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private void write() throws SQLException {
    insert.setString(1, "bench");
    insert.setString(2, "run");
    insert.setLong(3, next++);
    insert.setString(4, "step");
    insert.setString(5, "1970-01-01T00:00:00.000Z");
    insert.setBytes(6, Rows.DATA.toArray());
    insert.executeUpdate();
  }

  double writesPerSecond() throws SQLException {
    var began = System.nanoTime();
    var written = 0L;
    while (System.nanoTime() - began < Rows.ROUND.toNanos()) {
      write();
      written++;
    }
    return written * 1e9 / (System.nanoTime() - began);
  }

  double readsPerSecond() throws SQLException {
    var began = System.nanoTime();
    var reads = 0L;
    while (System.nanoTime() - began < Rows.ROUND.toNanos()) {
      read((reads * 7919) % Rows.FILLED);
      reads++;
    }
    return reads * 1e9 / (System.nanoTime() - began);
  }

  private void read(long seq) throws SQLException {
    select.setString(1, "bench");
    select.setString(2, "run");
    select.setLong(3, seq);
    try (var results = select.executeQuery()) {
      if (!results.next()
          || results.getLong(3) != seq
          || results.getString(1).isEmpty()
          || results.getString(2).isEmpty()
          || results.getString(4).isEmpty()
          || results.getString(5).isEmpty()
          || results.getBytes(6).length == 0) {
        throw new IllegalStateException("row " + seq + " is not there");
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
