package io.portolan.bench.store;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** The embedded store under load. */
final class StoreLoad implements AutoCloseable {
  private final EmbeddedStore store;
  private final AtomicLong next = new AtomicLong();

  StoreLoad(Path directory) throws Exception {
    this.store = EmbeddedStore.open(directory, Schema.of(Rows.EVENTS), InstantSource.system());
  }

  private TenantStore tables() {
    return store.at(new TenantId("bench"), Deadline.in(Duration.ofMinutes(5)));
  }

  void fill() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var puts = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < Rows.FILLED; i++) {
        puts.add(() -> put(next.getAndIncrement()));
      }
      for (var done : threads.invokeAll(puts)) {
        done.get();
      }
    }
  }

  private boolean put(long seq) throws InterruptedException {
    tables().put(Rows.EVENTS.at(new Rows.Run("run")), Rows.event(seq));
    return true;
  }

  double writesPerSecond(int callers) throws Exception {
    var began = System.nanoTime();
    var end = began + Rows.ROUND.toNanos();
    var written = new AtomicLong();
    var loops = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < callers; i++) {
      loops.add(
          () -> {
            while (System.nanoTime() < end) {
              put(next.getAndIncrement());
              written.incrementAndGet();
            }
            return true;
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(loops)) {
        done.get();
      }
    }
    return written.get() * 1e9 / (System.nanoTime() - began);
  }

  double readsPerSecond() throws Exception {
    var tables = tables();
    var partition = Rows.EVENTS.at(new Rows.Run("run"));
    var began = System.nanoTime();
    var reads = 0L;
    while (System.nanoTime() - began < Rows.ROUND.toNanos()) {
      var seq = (reads * 7919) % Rows.FILLED;
      if (tables.get(partition, new Rows.Seq(seq)).isEmpty()) {
        throw new IllegalStateException("row " + seq + " is not there");
      }
      reads++;
    }
    return reads * 1e9 / (System.nanoTime() - began);
  }

  @Override
  public void close() {
    store.close();
  }
}
