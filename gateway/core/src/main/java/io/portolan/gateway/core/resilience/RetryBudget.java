package io.portolan.gateway.core.resilience;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bounds repetitions to a part of the calls, so that a server that fails is not asked twice as
 * often as one that does not. A token bucket in hundredths. Thread-safe, without locks.
 */
final class RetryBudget {
  private static final int ONE = 100;
  private static final int SAVED_MAX = 10 * ONE;

  private final int percent;
  private final AtomicInteger saved;
  private final LongAdder taken = new LongAdder();

  RetryBudget(int percent) {
    this.percent = percent;
    this.saved = new AtomicInteger(percent == 0 ? 0 : SAVED_MAX);
  }

  /** A call was made. Costs one read while the bucket is full. */
  void called() {
    var now = saved.get();
    if (now < SAVED_MAX && percent > 0) {
      var _ = saved.compareAndSet(now, Math.min(SAVED_MAX, now + percent)); // one lost is no matter
    }
  }

  /** Takes the right to one repetition; false when there is none left. */
  boolean take() {
    for (var now = saved.get(); now >= ONE; now = saved.get()) {
      if (saved.compareAndSet(now, now - ONE)) {
        taken.increment();
        return true;
      }
    }
    return false;
  }

  /** How many repetitions there were. */
  long taken() {
    return taken.sum();
  }
}
