package io.portolan.tenancy.store.embedded;

import java.sql.SQLException;
import java.util.List;

/** Ends the writer's transaction durably. Its own type, so that tests can let a disk fail here. */
interface Committer {
  void commit(Connection writer) throws SQLException;

  /** The disk's own answer. */
  static void toDisk(Connection writer) throws SQLException {
    writer.update("COMMIT", List.of());
  }
}
