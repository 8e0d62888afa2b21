package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.StatementMetrics;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The store in one directory of this machine, for one process. Every acknowledged write survives
 * the end of the process and, as far as the disk keeps its word, of the machine. All tables are
 * linearizable, whatever they ask for.
 */
public final class EmbeddedStore implements Store {
  private final DataDirectory.Lock lock;
  private final Connection connection;
  private final Engine engine;
  private final Writer writer;

  private EmbeddedStore(
      DataDirectory.Lock lock, Connection connection, Engine engine, Writer writer) {
    this.lock = lock;
    this.connection = connection;
    this.engine = engine;
    this.writer = writer;
  }

  /**
   * Opens the store in {@code directory}, makes what is missing of it, and starts its writer.
   * Blocks while it looks for damage: in large stores some seconds.
   *
   * @param clock for times to live
   * @throws StoreRefusedException when it cannot be opened safely
   */
  public static EmbeddedStore open(Path directory, Schema schema, InstantSource clock)
      throws StoreRefusedException {
    return open(directory, schema, clock, StatementMetrics.NONE);
  }

  /** The same, and tells {@code metrics} of each operation. */
  public static EmbeddedStore open(
      Path directory, Schema schema, InstantSource clock, StatementMetrics metrics)
      throws StoreRefusedException {
    return open(directory, schema, clock, new Parts(Format.CURRENT, Committer::toDisk, metrics));
  }

  /** What tests replace, and who hears of what is done. */
  record Parts(Format format, Committer committer, StatementMetrics metrics) {
    Parts(Format format, Committer committer) {
      this(format, committer, StatementMetrics.NONE);
    }
  }

  static EmbeddedStore open(Path directory, Schema schema, InstantSource clock, Parts parts)
      throws StoreRefusedException {
    var data = new DataDirectory(directory.toAbsolutePath());
    var opening = new Opening(data, parts.format());
    var lock = data.lock();
    Connection connection = null;
    try {
      connection = opening.open();
      var files = new TableFiles(schema);
      files.make(connection);
      var writer = new Writer(connection, files.all(), clock, parts.committer());
      var readers = new Readers();
      readers.open(data.file());
      writer.start();
      var engine = new Engine(files, readers, writer, clock, parts.metrics());
      return new EmbeddedStore(lock, connection, engine, writer);
    } catch (SQLException e) {
      giveBack(lock, connection);
      throw opening.refused(e);
    } catch (StoreRefusedException | RuntimeException e) {
      giveBack(lock, connection);
      throw e;
    }
  }

  private static void giveBack(DataDirectory.Lock lock, @Nullable Connection connection) {
    Opening.close(connection);
    lock.close();
  }

  @Override
  public TenantStore at(TenantId tenant, Deadline deadline) {
    return new EmbeddedTenantStore(tenant, deadline, engine);
  }

  @Override
  public void close() {
    writer.close();
    try {
      engine.readers().close();
    } catch (SQLException e) {
      System.getLogger(EmbeddedStore.class.getName())
          .log(System.Logger.Level.DEBUG, "closing the readers", e);
    }
    // The last connection moves the log into the file.
    giveBack(lock, connection);
  }
}
