package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.StatementMetrics;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A store's files, to be looked at: also while a process has them open, and also when rows in them
 * are damaged, which shows when they are read. Changes nothing; every write is refused.
 */
public final class ReadOnlyStore implements Store {
  private final Engine engine;
  private final DataDirectory.@Nullable Lock lock;

  private ReadOnlyStore(Engine engine, DataDirectory.@Nullable Lock lock) {
    this.engine = engine;
    this.lock = lock;
  }

  /**
   * Opens the store in {@code directory}. Nobody can open it for writing meanwhile, unless somebody
   * has already.
   *
   * @throws StoreRefusedException when there is none, its log is damaged, or it lacks a table
   */
  public static ReadOnlyStore open(Path directory, Schema schema, InstantSource clock)
      throws StoreRefusedException {
    var data = new DataDirectory(directory.toAbsolutePath());
    if (!data.hasStore()) {
      throw new StoreRefusedException(Reason.WRONG_PLACE, "there is no store in " + data.path());
    }
    var opening = new Opening(data, Format.CURRENT);
    var lock = lock(data);
    var files = new TableFiles(schema);
    var readers = new Readers();
    try {
      if (lock != null) {
        opening.requireLog(); // Who holds the lock has looked.
      }
      requireTables(data, files);
      readers.open(data.file());
      return new ReadOnlyStore(
          new Engine(files, readers, null, clock, StatementMetrics.NONE), lock);
    } catch (SQLException e) {
      giveBack(lock);
      throw opening.refused(e);
    } catch (StoreRefusedException e) {
      giveBack(lock);
      throw e;
    }
  }

  private static DataDirectory.@Nullable Lock lock(DataDirectory data)
      throws StoreRefusedException {
    try {
      return data.lock();
    } catch (StoreRefusedException e) {
      if (e.reason() != Reason.IN_USE) {
        throw e;
      }
      return null;
    }
  }

  private static void requireTables(DataDirectory data, TableFiles files)
      throws SQLException, StoreRefusedException {
    try (var connection = Connection.reader(data.file())) {
      Format.CURRENT.require(connection, data.file());
      var missing = files.missing(connection);
      if (!missing.isEmpty()) {
        throw new StoreRefusedException(
            Reason.OTHER_TABLES,
            "%s has no table %s yet; portolan store migrate makes it"
                .formatted(data.file(), missing.getFirst()));
      }
    }
  }

  private static void giveBack(DataDirectory.@Nullable Lock lock) {
    if (lock != null) {
      lock.close();
    }
  }

  @Override
  public TenantStore at(TenantId tenant, Deadline deadline) {
    return new EmbeddedTenantStore(tenant, deadline, engine);
  }

  @Override
  public void close() {
    try {
      engine.readers().close();
    } catch (SQLException e) {
      System.getLogger(ReadOnlyStore.class.getName())
          .log(System.Logger.Level.DEBUG, "closing the readers", e);
    }
    giveBack(lock);
  }
}
