package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the file for writing, or refuses: a store that starts is one whose content was looked at,
 * and whose format this build writes. Damage is looked for before anything is changed.
 */
record Opening(DataDirectory directory, Format format) {
  private static final System.Logger LOG = System.getLogger(Opening.class.getName());

  /** Larger files have their rows checked as they are read, and all of them by store check. */
  private static final long CHECKED_WHOLE_BYTES_MAX = 64L << 20;

  private static final String ADVICE =
      ". Nothing was changed. Restore a backup into another data directory (portolan store"
          + " restore), and keep this one to look at";

  /** Opens the store, and makes it when there is none. */
  Connection open() throws StoreRefusedException {
    var isNew = requireLog();
    Connection connection = null;
    try {
      connection = Connection.writer(directory.file());
      if (isNew || neverUsed(connection)) {
        mark(connection);
      } else {
        examine(connection);
      }
      return connection;
    } catch (SQLException e) {
      close(connection);
      throw refused(e);
    } catch (StoreRefusedException e) {
      close(connection);
      throw e;
    }
  }

  /** Whether there is no store yet; refuses a damaged log before SQLite shortens it. */
  boolean requireLog() throws StoreRefusedException {
    try {
      var isNew = !directory.hasStore() || Files.size(directory.file()) == 0;
      if (isNew && Files.exists(directory.log()) && Files.size(directory.log()) > 0) {
        throw damaged(directory.file() + " is missing beside its write-ahead log");
      }
      if (LogFile.damaged(directory.log())) {
        throw damaged("the write-ahead log " + directory.log() + " is damaged before its end");
      }
      return isNew;
    } catch (IOException e) {
      throw new StoreRefusedException(
          Reason.NOT_WRITABLE, directory.path() + " cannot be read (" + e + ")", e);
    }
  }

  /** A kill while the store was made for the first time leaves a file without anything in it. */
  private static boolean neverUsed(Connection connection) throws SQLException {
    return connection.number("PRAGMA application_id") == 0
        && connection.number("PRAGMA user_version") == 0
        && connection.number("SELECT count(*) FROM sqlite_schema") == 0;
  }

  private void mark(Connection connection) throws SQLException {
    connection.run("BEGIN IMMEDIATE");
    format.mark(connection);
    connection.run("COMMIT");
  }

  private void examine(Connection connection) throws SQLException, StoreRefusedException {
    var whole = size() <= CHECKED_WHOLE_BYTES_MAX;
    var findings = whole ? Integrity.check(connection) : Integrity.quick(connection);
    var from = format.require(connection, directory.file());
    if (!findings.problems().isEmpty()) {
      throw damaged(directory.file() + " is damaged: " + findings.problems().getFirst());
    }
    if (from != format.version()) {
      LOG.log(
          Level.INFO,
          "bringing {0} from format {1} to {2}",
          directory.file(),
          from,
          format.version());
    }
    format.migrate(connection, from);
  }

  private long size() throws StoreRefusedException {
    try {
      return Files.size(directory.file());
    } catch (IOException e) {
      throw new StoreRefusedException(
          Reason.NOT_WRITABLE, directory.file() + " cannot be read (" + e + ")", e);
    }
  }

  /** What SQLite says at the start, in the words of somebody who has to act. */
  StoreRefusedException refused(SQLException e) {
    if (Sqlite.damaged(e)) {
      return new StoreRefusedException(
          Reason.DAMAGED, directory.file() + " is damaged" + ADVICE, e);
    }
    if (Sqlite.full(e)) {
      return new StoreRefusedException(
          Reason.NO_SPACE, "the disk of " + directory.path() + " is full; make room", e);
    }
    var writable = Sqlite.notWritable(e) ? " cannot be written" : " cannot be opened";
    return new StoreRefusedException(
        Reason.NOT_WRITABLE,
        directory.file()
            + writable
            + " ("
            + e.getMessage()
            + "); put it right, or choose another"
            + " data directory",
        e);
  }

  private static StoreRefusedException damaged(String what) {
    return new StoreRefusedException(Reason.DAMAGED, what + ADVICE);
  }

  static void close(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.log(Level.DEBUG, "closing the store's file", e);
    }
  }
}
