package io.portolan.tenancy.quota;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.quota.QuotaTables.BudgetDay;
import io.portolan.tenancy.quota.QuotaTables.Holder;
import io.portolan.tenancy.quota.QuotaTables.Lease;
import io.portolan.tenancy.quota.QuotaTables.Sums;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.SerialPartition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TenantStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/*
 * Invariant of a budget's partition: leased is the sum of the amounts of its leases, and spent plus
 * leased never grows past the limit by a grant. Every change is a batch on condition of the version
 * that was read, so that of two processes one begins again.
 */

/** One process's dealings with one day's budget in the store. Used by one thread; blocks. */
final class BudgetStore {
  /** With less than so many leases' worth left, only what is asked for is taken. */
  private static final int PLENTY = 8;

  private final Store store;
  private final Counter counter;
  private final SerialPartition<Holder, Lease, Sums> partition;
  private final Holder holder;
  private final QuotaSettings settings;
  private final StoredQuotas.Clocks clocks;
  private final Map<Holder, Seen> seen = new HashMap<>();

  private boolean hasLooked;
  private @Nullable Pending pending;

  /** A lease of another holder, and since when it has been seen as it is. */
  private record Seen(Lease lease, Instant since) {}

  /** A batch whose outcome is not known, and what it means when it was written. */
  private record Pending(Batch<Holder, Lease, Sums> batch, Changed changed) {}

  /** What the budget needs to know beside the store. */
  record Context(UUID holder, QuotaSettings settings, StoredQuotas.Clocks clocks) {}

  BudgetStore(Store store, Counter counter, String day, Context context) {
    this.store = store;
    this.counter = counter;
    var rule = counter.rule();
    this.partition =
        QuotaTables.BUDGETS.at(
            new BudgetDay(rule.measure().name(), rule.scope().name(), counter.value(), day));
    this.holder = new Holder(context.holder());
    this.settings = context.settings();
    this.clocks = context.clocks();
  }

  /**
   * What is to be changed.
   *
   * @param spent what was settled since the last change
   * @param beyond how much of that was never granted: more was used than was reserved
   * @param unused what was granted and is given back
   * @param wanted what calls wait for
   */
  record Change(long spent, long beyond, long unused, long wanted) {}

  /**
   * What was changed.
   *
   * @param granted what may be given out now; less than wanted when the budget is used up
   * @param isScarce what is left must be shared: settle at once
   * @param isHeld a lease of this process was in place; otherwise what it may have had returned to
   *     the budget, and is not to be given out any more
   */
  record Changed(long granted, boolean isScarce, boolean isHeld) {}

  /**
   * Carries a change out. When this throws, the same change must be asked for again: it is not
   * carried out twice.
   */
  Changed change(Change change) throws InterruptedException {
    var deadline = Deadline.in(settings.waitMax());
    var tables = store.at(counter.tenant(), deadline);
    var unknown = pending;
    if (unknown != null && settled(tables, unknown, deadline)) {
      return unknown.changed();
    }
    while (true) {
      var before = tables.statics(partition);
      var sums = before.orElse(new Sums(0, 0, 0));
      var mine = tables.get(partition, holder).map(Lease::amount);
      var spent = sums.spent() + change.spent();
      var settled = change.spent() - change.beyond() + change.unused();
      var kept = Math.max(0, mine.orElse(0L) - settled);
      var others = sums.leased() - mine.orElse(0L);
      var expired = List.<Lease>of();
      var isShort = limit() - spent - kept - others < change.wanted();
      var over = isShort || !hasLooked ? over(tables) : expired;
      hasLooked = true;
      if (isShort) {
        expired = over;
        others -= expired.stream().mapToLong(Lease::amount).sum();
      }
      var left = Math.max(0, limit() - spent - kept - others);
      var granted = grant(left, change.wanted());
      var amount = kept + granted;
      var batch =
          Batch.in(partition, UUID.randomUUID())
              .statics(new Sums(spent, others + amount, sums.version() + 1));
      batch = before.isEmpty() ? batch.ifNoStatics() : batch.ifStatic("version", sums.version());
      for (var lease : expired) {
        batch = batch.delete(lease.key());
      }
      batch =
          amount == 0
              ? batch.delete(holder)
              : batch.put(
                  new Lease(holder, amount, clocks.wall().instant().plus(settings.leaseTime())));
      var changed = new Changed(granted, isScarce(left - granted), mine.isPresent());
      if (settled(tables, new Pending(batch, changed), deadline)) {
        return changed;
      }
    }
  }

  private long limit() {
    return counter.rule().amount();
  }

  private boolean isScarce(long left) {
    return left / PLENTY < lease();
  }

  private long grant(long left, long wanted) {
    if (wanted == 0) {
      return 0;
    }
    return isScarce(left) ? Math.min(left, wanted) : Math.min(left, Math.max(wanted, lease()));
  }

  /** How much is taken ahead of need. */
  private long lease() {
    var part = Math.max(1, limit() / 100);
    return counter.rule().measure().unit() == QuotaRule.Unit.CALLS
        ? Math.min(settings.leaseMax(), part)
        : part;
  }

  /**
   * Leases of processes that are gone, as many as fit into a batch: those that were not touched for
   * as long as a lease lasts, by this process's own steady clock. What they are dated with is for
   * people to read: wall clocks jump, and another machine's may show anything.
   */
  private List<Lease> over(TenantStore tables) throws InterruptedException {
    var now = clocks.steady().instant();
    var over = new ArrayList<Lease>();
    var there = new HashSet<Holder>();
    for (var lease : tables.slice(partition, Slice.all(90)).rows()) {
      if (lease.key().equals(holder)) {
        continue;
      }
      there.add(lease.key());
      var before = seen.get(lease.key());
      if (before == null || !before.lease().equals(lease)) {
        seen.put(lease.key(), new Seen(lease, now));
      } else if (!now.isBefore(before.since().plus(settings.leaseTime()))) {
        over.add(lease);
      }
    }
    seen.keySet().retainAll(there);
    return over;
  }

  /** False when somebody else was faster, and all must be read again. */
  private boolean settled(TenantStore tables, Pending change, Deadline deadline)
      throws InterruptedException {
    pending = change;
    while (true) {
      switch (tables.commit(change.batch())) {
        case CommitOutcome.Applied<Lease, Sums> _ -> {
          pending = null;
          return true;
        }
        case CommitOutcome.Conflict<Lease, Sums> _ -> {
          pending = null;
          return false;
        }
        case CommitOutcome.Unknown<Lease, Sums>(var reason) -> {
          if (deadline.passed()) {
            throw new StoreUnavailableException(Effect.UNKNOWN, reason);
          }
        }
      }
    }
  }
}
