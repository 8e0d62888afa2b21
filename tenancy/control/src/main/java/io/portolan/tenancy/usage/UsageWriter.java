package io.portolan.tenancy.usage;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.usage.UsageTables.Counted;
import io.portolan.tenancy.usage.UsageTables.Day;
import io.portolan.tenancy.usage.UsageTables.SeriesKey;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes what was counted, several rows at a time. Used by one thread; blocks. */
final class UsageWriter {
  private static final System.Logger LOG = System.getLogger(UsageWriter.class.getName());
  private static final int AT_A_TIME = 16;
  private static final long HOUR_SECONDS = 3_600;

  private final Store store;
  private final Predicate<TenantId> isErased;
  private final UUID holder = UUID.randomUUID();
  private boolean isFailing;

  /**
   * @param isErased tenants of which nothing is written
   */
  UsageWriter(Store store, Predicate<TenantId> isErased) {
    this.store = store;
    this.isErased = isErased;
  }

  /** The day of an instant, as a partition is named. */
  static Day day(Instant at) {
    return new Day(LocalDate.ofInstant(at, ZoneOffset.UTC).toString());
  }

  /** Writes what has changed; false when some of it is still to be written. */
  boolean write(Collection<Counts> all, Deadline deadline) throws InterruptedException {
    var changed = new ConcurrentLinkedQueue<Counts>();
    for (var counts : all) {
      if (counts.unwritten() != null) {
        changed.add(counts);
      }
    }
    if (changed.isEmpty()) {
      return true;
    }
    Callable<Boolean> lane = () -> writeEach(changed, deadline);
    var isWritten = true;
    try (var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = Collections.nCopies(Math.min(AT_A_TIME, changed.size()), lane);
      var left = deadline.nanosLeft();
      for (var ended : lanes.invokeAll(work, left, TimeUnit.NANOSECONDS)) {
        isWritten &= ended.state() == Future.State.SUCCESS && ended.resultNow();
      }
    }
    if (!isWritten && !isFailing) {
      LOG.log(Level.WARNING, "usage cannot be written now; it is kept, and tried again");
    }
    isFailing = !isWritten;
    return isWritten;
  }

  private boolean writeEach(Queue<Counts> changed, Deadline deadline) throws InterruptedException {
    for (var counts = changed.poll(); counts != null; counts = changed.poll()) {
      try {
        write(counts, deadline);
      } catch (StoreUnavailableException | StoreDamagedException e) {
        changed.clear(); // the others would fare no better
        LOG.log(Level.DEBUG, "usage cannot be written: {0}", e.getMessage());
        return false;
      }
    }
    return true;
  }

  private void write(Counts counts, Deadline deadline) throws InterruptedException {
    var snapshot = counts.unwritten();
    if (snapshot != null) {
      var line = counts.line();
      if (isErased.test(line.tenant())) {
        counts.written(snapshot);
        return;
      }
      var hour = Instant.ofEpochSecond(line.hour() * HOUR_SECONDS);
      var key = new SeriesKey(hour, holder, counts.number());
      store
          .at(line.tenant(), deadline)
          .put(UsageTables.USAGE.at(day(hour)), row(key, line.labels(), snapshot.totals()));
      counts.written(snapshot);
    }
  }

  private static Counted row(SeriesKey key, Labels labels, Totals totals) {
    return new Counted(
        key,
        storable(labels.teams()),
        String.valueOf(storable(labels.credential())),
        storable(labels.agent()),
        storable(labels.server()),
        storable(labels.tool()),
        totals.ok(),
        totals.toolErrors(),
        totals.refused(),
        totals.failed(),
        totals.bytesIn(),
        totals.bytesOut(),
        totals.latencyMicros(),
        totals.tokens(),
        totals.microMoney());
  }

  /** No store keeps NUL or halves of characters, which the names of servers' tools may hold. */
  private static @Nullable String storable(@Nullable String text) {
    if (text == null) {
      return null;
    }
    var whole = text.replace('\0', '\uFFFD');
    return new String(whole.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
