package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.store.StatementMetrics;
import io.portolan.tenancy.store.StatementMetrics.Ending;
import io.portolan.tenancy.store.StatementMetrics.Kind;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.Table;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What an open store's tenants share: who reads and writes, and who hears of it. Thread-safe.
 *
 * @param writer null where the store is open for reading only
 */
record Engine(
    TableFiles files,
    Readers readers,
    @Nullable Writer writer,
    InstantSource clock,
    StatementMetrics metrics) {

  <T> T read(Table<?, ?, ?> table, Readers.Query<T> query, Deadline deadline)
      throws InterruptedException {
    return measured(table, Kind.READ, () -> readers.read(query, deadline));
  }

  <T> T write(Table<?, ?, ?> table, Kind kind, PendingWrite.Work<T> work, Deadline deadline)
      throws InterruptedException {
    if (writer == null) {
      throw new StoreUnavailableException(Effect.NONE, "the store is open for reading only");
    }
    return measured(table, kind, () -> writer.write(work, deadline));
  }

  private interface Statement<T> {
    T run() throws InterruptedException;
  }

  private <T> T measured(Table<?, ?, ?> table, Kind kind, Statement<T> statement)
      throws InterruptedException {
    var began = System.nanoTime();
    var ending = Ending.FAILED;
    try {
      var result = statement.run();
      ending = Ending.ANSWERED;
      return result;
    } catch (StoreUnavailableException e) {
      ending = e.effect() == Effect.NONE ? Ending.UNAVAILABLE : Ending.TIMED_OUT;
      throw e;
    } finally {
      metrics.ended(table.shape().name(), kind, ending, System.nanoTime() - began);
    }
  }
}
