package io.portolan.tenancy.audit;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Removes records that are older than they are to be kept, once an hour and whenever that changes.
 * Chains under a legal hold stay as they are. Thread-safe.
 */
public final class PeriodicRetention implements AutoCloseable {
  /** Kept for ever. */
  public static final int FOR_EVER = 0;

  private static final System.Logger LOG = System.getLogger(PeriodicRetention.class.getName());
  private static final Duration INTERVAL = Duration.ofHours(1);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private final Store store;
  private final AuditKeys keys;
  private final Supplier<Set<TenantId>> tenants;
  private final InstantSource clock;
  private final Thread thread = Thread.ofVirtual().name("audit-retention").unstarted(this::run);

  // Guarded by lock; never held over I/O.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int days = FOR_EVER;
  private boolean isDue;

  /**
   * Prepares it; nothing is removed before it is said how long records are kept.
   *
   * @param store opened with {@link AuditTables#ALL}; to be closed afterwards
   * @param tenants whose records it looks at
   */
  public PeriodicRetention(
      Store store, AuditKeys keys, Supplier<Set<TenantId>> tenants, InstantSource clock) {
    this.store = store;
    this.keys = keys;
    this.tenants = tenants;
    this.clock = clock;
  }

  /** Begins. */
  public PeriodicRetention start() {
    thread.start();
    return this;
  }

  /** How many days records are kept from now on; {@link #FOR_EVER} for all. */
  public void keep(int newDays) {
    if (newDays < FOR_EVER) {
      throw new IllegalArgumentException("records cannot be kept for " + newDays + " days");
    }
    lock.lock();
    try {
      isDue = isDue || newDays != days;
      days = newDays;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (true) {
        if (await() != FOR_EVER) {
          var _ = prune();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private int await() throws InterruptedException {
    lock.lock();
    try {
      for (var left = INTERVAL.toNanos(); left > 0 && !isDue; ) {
        left = changed.awaitNanos(left);
      }
      isDue = false;
      return days;
    } finally {
      lock.unlock();
    }
  }

  private int days() {
    lock.lock();
    try {
      return days;
    } finally {
      lock.unlock();
    }
  }

  /** Removes what is to be removed now; how many records are gone. Blocks on the store. */
  long prune() throws InterruptedException {
    var kept = days();
    if (kept == FOR_EVER) {
      return 0;
    }
    var before = clock.instant().minus(Duration.ofDays(kept));
    var gone = 0L;
    for (var tenant : tenants.get()) {
      try {
        gone += removed(tenant, new Retention(store, tenant, clock).removeBefore(before, keys));
      } catch (StoreUnavailableException | StoreDamagedException e) {
        LOG.log(
            Level.WARNING, "audit records of {0} are kept for now: {1}", tenant, e.getMessage());
      }
    }
    return gone;
  }

  private static long removed(TenantId tenant, Retention.Outcome outcome) {
    return switch (outcome) {
      case Retention.Outcome.Removed(var records) -> {
        if (records > 0) {
          LOG.log(Level.INFO, "{0} audit records of {1} were removed", records, tenant);
        }
        yield records;
      }
      case Retention.Outcome.Held _ -> 0;
    };
  }

  /** Ends it; blocks for some seconds at most. Idempotent. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      var _ = thread.join(CLOSE_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
