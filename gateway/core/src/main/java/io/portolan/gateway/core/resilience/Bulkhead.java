package io.portolan.gateway.core.resilience;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.tenancy.Deadline;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bounds how many calls to one server are under way, and how many wait for that. A call that finds
 * room costs one atomic operation each way. Thread-safe.
 */
final class Bulkhead {
  private static final long CANCEL_CHECK_NANOS = 50_000_000;

  private final GuardSettings settings;
  private final Semaphore room;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder refused = new LongAdder();

  Bulkhead(GuardSettings settings) {
    this.settings = settings;
    this.room = new Semaphore(settings.callsMax());
  }

  /** Takes a place, after a short wait if need be; false when there is none. */
  boolean enter(Deadline deadline, Cancellation cancellation) throws InterruptedException {
    if (room.tryAcquire()) {
      return true;
    }
    if (waiting.incrementAndGet() > settings.waitingMax()) {
      waiting.decrementAndGet();
      refused.increment();
      return false;
    }
    try {
      var until = System.nanoTime() + settings.waitMax().toNanos();
      while (!cancellation.isCancelled()) {
        var left = Math.min(until - System.nanoTime(), deadline.nanosLeft());
        if (left <= 0) {
          break;
        }
        if (room.tryAcquire(Math.min(left, CANCEL_CHECK_NANOS), TimeUnit.NANOSECONDS)) {
          return true;
        }
      }
    } finally {
      waiting.decrementAndGet();
    }
    refused.increment();
    return false;
  }

  /** Takes a place if there is one. */
  boolean enterAtOnce() {
    return room.tryAcquire();
  }

  void leave() {
    room.release();
  }

  int callsInFlight() {
    return settings.callsMax() - room.availablePermits();
  }

  /** How many calls found no place. */
  long refused() {
    return refused.sum();
  }
}
