package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** The connections that read: each query sees what was committed when it began. */
final class Readers implements AutoCloseable {
  /** Reads at a time. A read of a page in memory takes microseconds, so that few are enough. */
  private static final int CONNECTIONS = 8;

  private final List<Connection> all = new ArrayList<>();
  private final BlockingQueue<Connection> free = new ArrayBlockingQueue<>(CONNECTIONS);
  private volatile boolean closed;

  /** A query. */
  interface Query<T> {
    T on(Connection reader) throws SQLException;
  }

  void open(Path file) throws SQLException {
    for (int i = 0; i < CONNECTIONS; i++) {
      var reader = Connection.reader(file);
      all.add(reader);
      free.add(reader);
    }
  }

  <T> T read(Query<T> query, Deadline deadline) throws InterruptedException {
    if (closed) {
      throw new StoreUnavailableException(Effect.NONE, "the store is closed");
    }
    var reader = free.poll();
    if (reader == null) {
      reader = free.poll(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
    }
    if (reader == null) {
      throw new StoreUnavailableException(
          Effect.NONE, "more than " + CONNECTIONS + " reads are under way");
    }
    try {
      return query.on(reader);
    } catch (SQLException e) {
      throw Sqlite.toCaller(e, Effect.NONE);
    } finally {
      free.add(reader);
    }
  }

  /** Waits for the queries under way. Idempotent. */
  @Override
  public void close() throws SQLException {
    if (closed) {
      return;
    }
    closed = true;
    var interrupted = false;
    for (int waitedFor = 0; waitedFor < all.size(); ) {
      try {
        free.take().close();
        waitedFor++;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
