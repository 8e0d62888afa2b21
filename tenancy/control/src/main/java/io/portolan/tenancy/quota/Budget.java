package io.portolan.tenancy.quota;

import io.portolan.tenancy.quota.BudgetStore.Change;
import io.portolan.tenancy.quota.BudgetStore.Changed;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * Shares are given out from what was leased, under a lock that is held for some instructions. One
 * virtual thread talks to the store: it leases more before the rest is used up, writes what was
 * settled, and gives back what is idle. So nobody holds a lock over I/O, and of many calls that
 * wait one asks for all.
 */

/** One counter's budget of a day or month, as this process has it. Thread-safe. */
final class Budget implements Runnable {
  private static final System.Logger LOG = System.getLogger(Budget.class.getName());

  private static final Duration RETRY = Duration.ofMillis(100);

  private final BudgetStore stored;
  private final QuotaSettings settings;
  private final String name;

  // Guarded by lock; never held over I/O.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition answers = lock.newCondition();
  private long free; // leased, and not given out
  private long givenOut; // and not settled
  private long spent; // settled, and not written
  private long beyond; // of that, what was more than the shares
  private long wanted; // by calls that wait
  private long leaseSize; // of the last lease that was more than what was wanted
  private long round; // counts the store's answers
  private boolean isScarce = true;
  private long usedUpUntil;
  private boolean isUsedUp;
  private boolean isFailing;
  private long lastUsed = System.nanoTime();
  private boolean closing;
  private boolean ended;

  private @Nullable Change change; // the runner's own: what the store has not confirmed

  Budget(BudgetStore stored, QuotaSettings settings, String name) {
    this.stored = stored;
    this.settings = settings;
    this.name = name;
  }

  /** What became of a call that asked for its share. */
  enum Taken {
    GIVEN,
    USED_UP,
    UNAVAILABLE,
    /** This budget is over; a new one takes its place. */
    ENDED
  }

  /** Takes a share of {@code amount}, which is more than 0. */
  Taken take(long amount) throws InterruptedException {
    lock.lock();
    try {
      if (ended) {
        return Taken.ENDED;
      }
      var now = System.nanoTime();
      lastUsed = now;
      if (free >= amount) {
        return given(amount);
      }
      if (isUsedUp && usedUpUntil - now > 0) {
        return Taken.USED_UP;
      }
      isUsedUp = false; // it is time to ask again
      return waited(amount, now + settings.waitMax().toNanos());
    } finally {
      lock.unlock();
    }
  }

  private Taken given(long amount) {
    var before = free;
    free -= amount;
    givenOut += amount;
    var mark = leaseSize / 4;
    if ((before > mark && free <= mark) || free == 0) {
      work.signal(); // the next lease before this one is used up, or what others wait for
    }
    return Taken.GIVEN;
  }

  private Taken waited(long amount, long until) throws InterruptedException {
    var asked = round;
    wanted += amount;
    try {
      work.signal();
      // An answer of the store that this call was not counted in may be no answer to it.
      while (free < amount && !(round > asked && (isUsedUp || isFailing)) && !ended) {
        var left = until - System.nanoTime();
        if (left <= 0) {
          return Taken.UNAVAILABLE;
        }
        var _ = answers.awaitNanos(left);
      }
      if (free >= amount) {
        return given(amount);
      }
      return ended ? Taken.ENDED : isFailing ? Taken.UNAVAILABLE : Taken.USED_UP;
    } finally {
      wanted -= amount;
    }
  }

  /** A call whose share was {@code amount} has ended, and has used {@code used}. */
  void settle(long amount, long used) {
    lock.lock();
    try {
      givenOut -= amount;
      spent += used;
      if (used > amount) {
        var more = Math.min(free, used - amount);
        free -= more;
        beyond += used - amount - more;
      } else if (used < amount) {
        free += amount - used;
        isUsedUp = false;
        answers.signalAll();
        if (wanted > free) {
          work.signal(); // what returned is not enough: perhaps the store has more by now
        }
      }
      if (used > 0 && (isScarce || spent == used)) {
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Writes what is settled, gives back what is free, and ends. */
  void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    try {
      while (next()) {
        var asked = change;
        if (asked != null) {
          write(asked);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.lock();
      try {
        ended = true;
        answers.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits for something to do, and notes it; false at the end. */
  private boolean next() throws InterruptedException {
    lock.lock();
    try {
      if (change != null) {
        return true; // again
      }
      while (true) {
        var now = System.nanoTime();
        var idle = now - lastUsed >= settings.idle().toNanos() || closing;
        if (isAskedFor() || needsMore() || mustWrite()) {
          break;
        }
        if (idle && spent == 0 && free == 0 && (givenOut == 0 || closing)) {
          ended = true;
          return false;
        }
        if (idle && (free > 0 || spent > 0)) {
          break;
        }
        var patience = spent > 0 ? settings.settleInterval() : settings.idle();
        if (work.awaitNanos(patience.toNanos()) <= 0 && spent > 0) {
          break;
        }
      }
      var idle = System.nanoTime() - lastUsed >= settings.idle().toNanos() || closing;
      var unused = idle && wanted == 0 ? free : 0;
      free -= unused;
      var lacking = Math.max(0, wanted - free);
      change = new Change(spent, beyond, unused, lacking > 0 ? lacking : needsMore() ? 1 : 0);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isAskedFor() {
    return wanted > free && !isUsedUp;
  }

  private boolean mustWrite() {
    return spent > 0 && (isScarce || closing);
  }

  private boolean needsMore() {
    return leaseSize > 1 && free <= leaseSize / 4 && !isUsedUp && !closing && givenOut > 0;
  }

  private void write(Change asked) throws InterruptedException {
    Changed changed;
    try {
      changed = stored.change(asked);
    } catch (StoreUnavailableException | StoreDamagedException e) {
      LOG.log(Level.WARNING, "the budget {0} cannot be read: {1}", name, e.getMessage());
      failed();
      return;
    }
    lock.lock();
    try {
      change = null;
      isFailing = false;
      spent -= asked.spent();
      beyond -= asked.beyond();
      if (!changed.isHeld()) {
        free = 0; // it had expired, and belongs to others by now
      }
      free += changed.granted();
      isScarce = changed.isScarce();
      leaseSize = changed.granted() > asked.wanted() ? changed.granted() : leaseSize;
      if (changed.isScarce()) {
        leaseSize = 0;
      }
      if (asked.wanted() > 0) {
        isUsedUp = changed.granted() < asked.wanted();
        usedUpUntil = System.nanoTime() + settings.askAgain().toNanos();
      }
      round++;
      answers.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void failed() throws InterruptedException {
    lock.lock();
    try {
      isFailing = true;
      round++;
      answers.signalAll();
      if (closing) {
        ended = true;
        change = null;
        throw new InterruptedException("closing, and the store does not answer");
      }
      for (var left = RETRY.toNanos(); left > 0 && !closing; ) {
        left = work.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
