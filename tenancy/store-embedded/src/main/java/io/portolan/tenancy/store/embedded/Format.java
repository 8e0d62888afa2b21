package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * The version of what lies in the file, apart from the areas' tables: how values, checksums and
 * bookkeeping columns are written. It is SQLite's {@code user_version}, and the steps lead to it
 * from every earlier one. Immutable.
 *
 * @param steps the step at index i leads from version i + 1 to i + 2
 */
record Format(List<Step> steps) {
  /** What this build writes. */
  static final Format CURRENT = new Format(List.of());

  /** "PTLN": tells a store from other programs' files. */
  static final int APPLICATION_ID = 0x50544C4E;

  /** Changes a file from one version to the next, in the transaction it is given. */
  interface Step {
    void migrate(Connection connection) throws SQLException;
  }

  Format {
    steps = List.copyOf(steps);
  }

  int version() {
    return steps.size() + 1;
  }

  /** Refuses what is no store, or one of the future; says nothing about damage. */
  int require(Connection connection, Path file) throws SQLException, StoreRefusedException {
    if (connection.number("PRAGMA application_id") != APPLICATION_ID) {
      throw new StoreRefusedException(
          Reason.NOT_A_STORE, file + " is not a file of Portolan's store");
    }
    var found = connection.number("PRAGMA user_version");
    if (found > version()) {
      throw new StoreRefusedException(
          Reason.NEWER_FORMAT,
          "%s has format %d, and this build knows up to %d; use the build that wrote it, or restore a backup from before"
              .formatted(file, found, version()));
    }
    if (found < 1) {
      throw new StoreRefusedException(
          Reason.DAMAGED, "%s has format %d, which never was".formatted(file, found));
    }
    return (int) found;
  }

  /** Brings the file to this build's version, or, on a failure, leaves it as it is. */
  void migrate(Connection connection, int from) throws SQLException {
    if (from == version()) {
      return;
    }
    connection.run("BEGIN IMMEDIATE");
    try {
      for (var step : steps.subList(from - 1, steps.size())) {
        step.migrate(connection);
      }
      mark(connection);
      connection.run("COMMIT");
    } catch (SQLException e) {
      connection.run("ROLLBACK");
      throw e;
    }
  }

  /** Says in the file whose it is and of which version. */
  void mark(Connection connection) throws SQLException {
    connection.run("PRAGMA application_id = " + APPLICATION_ID);
    connection.run("PRAGMA user_version = " + version());
  }
}
