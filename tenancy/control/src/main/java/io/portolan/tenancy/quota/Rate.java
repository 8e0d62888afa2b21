package io.portolan.tenancy.quota;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * So many calls a second, as many at once. Keeps one number: the time at which all that was granted
 * is paid for (the generic cell rate algorithm). Thread-safe; never waits.
 */
public final class Rate {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long interval;
  private final AtomicLong paidFor;

  /**
   * @param perSecond at least 1
   * @param nowNanos of {@link System#nanoTime}
   */
  public Rate(long perSecond, long nowNanos) {
    this.interval = Math.max(1, SECOND / perSecond);
    this.paidFor = new AtomicLong(nowNanos);
  }

  /** Takes one; returns 0, or the nanoseconds after which one is there. */
  public long take(long nowNanos) {
    while (true) {
      var before = paidFor.get();
      var from = before - nowNanos > 0 ? before : nowNanos;
      var wait = from + interval - SECOND - nowNanos;
      if (wait > 0) {
        return wait;
      }
      if (paidFor.compareAndSet(before, from + interval)) {
        return 0;
      }
    }
  }

  /** Whether it is as if it had never been used. */
  public boolean isIdle(long nowNanos) {
    return paidFor.get() - nowNanos <= 0;
  }
}
