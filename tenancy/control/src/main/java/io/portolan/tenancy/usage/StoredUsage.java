package io.portolan.tenancy.usage;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.UsageLedger;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.usage.Counts.Line;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * Calls are counted in memory. One virtual thread writes what changed about once a second: for each
 * series the sum so far, into a row of this process. A row that may have been written is written
 * again and nothing counts twice; a kill loses what was counted since the last round.
 */

/** A ledger in the store. Several processes may keep one together. */
public final class StoredUsage implements UsageLedger, AutoCloseable {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
  private static final long HOUR_SECONDS = 3_600;

  private final Store store;
  private final UsageWriter writer;
  private final UsageSettings settings;
  private final Set<TenantId> erased = ConcurrentHashMap.newKeySet(); // as many as tenants go
  private final InstantSource clock;
  private final Map<Line, Counts> counts = new ConcurrentHashMap<>();
  private final Map<TenantId, AtomicInteger> perTenant = new ConcurrentHashMap<>();
  private final AtomicInteger inAll = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private final Thread thread = Thread.ofVirtual().name("usage").unstarted(this::run);

  // Guarded by lock; never held over I/O.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition rounds = lock.newCondition();
  private long asked; // rounds that were asked for
  private long done; // of them, those that are over
  private long succeeded; // of them, the last one that wrote everything
  private boolean closing;
  private boolean ended;

  /**
   * Prepares the ledger.
   *
   * @param store opened with {@link UsageTables#ALL}; to be closed after the ledger
   */
  public StoredUsage(Store store, UsageSettings settings, InstantSource clock) {
    this.store = store;
    this.writer = new UsageWriter(store, erased::contains);
    this.settings = settings;
    this.clock = clock;
  }

  /** Begins to write. */
  public StoredUsage start() {
    thread.start();
    return this;
  }

  @Override
  public void count(Caller caller, Call call) {
    if (erased.contains(caller.tenant())) {
      return; // what was under way when it was deleted
    }
    var labels = Labels.of(caller, call);
    while (true) {
      var found = counts(new Line(caller.tenant(), hour(), labels));
      if (found.add(call)) {
        return;
      }
      forget(found); // its hour is over, and all of it is written
    }
  }

  private long hour() {
    return clock.instant().getEpochSecond() / HOUR_SECONDS;
  }

  private Counts counts(Line line) {
    var known = counts.get(line);
    if (known != null) {
      return known;
    }
    var begun = counts.computeIfAbsent(line, this::beginIfRoom);
    return begun != null
        ? begun
        : counts.computeIfAbsent(new Line(line.tenant(), line.hour(), Labels.OTHER), this::begin);
  }

  private @Nullable Counts beginIfRoom(Line line) {
    var ofTenant = perTenant.computeIfAbsent(line.tenant(), _ -> new AtomicInteger());
    if (!enter(ofTenant, settings.seriesPerTenantMax())) {
      return null;
    }
    if (!enter(inAll, settings.seriesMax())) {
      ofTenant.decrementAndGet();
      return null;
    }
    return begin(line);
  }

  private Counts begin(Line line) {
    return new Counts(line, numbers.incrementAndGet());
  }

  private static boolean enter(AtomicInteger taken, int max) {
    if (taken.incrementAndGet() <= max) {
      return true;
    }
    taken.decrementAndGet();
    return false;
  }

  private void forget(Counts closed) {
    var line = closed.line();
    if (counts.remove(line, closed) && !line.labels().equals(Labels.OTHER)) {
      inAll.decrementAndGet();
      var ofTenant = perTenant.get(line.tenant());
      if (ofTenant != null) {
        ofTenant.decrementAndGet();
      }
    }
  }

  /**
   * Waits until what has been counted before is in the store.
   *
   * @return false when it is not by the deadline, or the store does not take it
   */
  public boolean written(Deadline deadline) throws InterruptedException {
    lock.lock();
    try {
      var mine = ++asked;
      work.signal();
      while (done < mine && !ended) {
        var left = deadline.nanosLeft();
        if (left <= 0) {
          return false;
        }
        var _ = rounds.awaitNanos(left);
      }
      return succeeded >= mine;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Deletes all that was counted of a tenant, and counts nothing of it any more. Repeating it is
   * safe. Throws what the store throws.
   */
  public void erase(TenantId tenant, Deadline deadline) throws InterruptedException {
    erased.add(tenant);
    var _ = written(deadline); // from the next round on nothing of it is written
    UsageErasure.erase(store, tenant, clock.instant(), deadline);
  }

  private void run() {
    try {
      while (true) {
        var round = next();
        var isWritten = writer.write(counts.values(), Deadline.in(settings.writeMax()));
        if (isWritten) {
          forgetThePast();
        }
        if (over(round, isWritten)) {
          return;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.lock();
      try {
        ended = true;
        rounds.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits until it is time to write; how many rounds have been asked for. */
  private long next() throws InterruptedException {
    lock.lock();
    try {
      var left = settings.writeInterval().toNanos();
      while (asked == done && !closing && left > 0) {
        left = work.awaitNanos(left);
      }
      return asked;
    } finally {
      lock.unlock();
    }
  }

  /** A round is over; true when it was the last one. */
  private boolean over(long round, boolean isWritten) {
    lock.lock();
    try {
      done = round;
      succeeded = isWritten ? round : succeeded;
      rounds.signalAll();
      return closing;
    } finally {
      lock.unlock();
    }
  }

  /** Hours that are over change no more: what is late begins anew. */
  private void forgetThePast() {
    var now = hour();
    for (var each : counts.values()) {
      if (each.line().hour() < now && each.close()) {
        forget(each);
      }
    }
  }

  /** Writes what was counted; blocks for some seconds at most. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(CLOSE_MAX)) {
        thread.interrupt();
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
