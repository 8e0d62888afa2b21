package io.portolan.tenancy.quota;

import java.util.concurrent.atomic.AtomicInteger;

/** So many calls under way. Thread-safe; never waits. */
final class AtATime {
  private final long max;
  private final AtomicInteger underWay = new AtomicInteger();

  AtATime(long max) {
    this.max = max;
  }

  boolean enter() {
    if (underWay.incrementAndGet() <= max) {
      return true;
    }
    underWay.decrementAndGet();
    return false;
  }

  void leave() {
    underWay.decrementAndGet();
  }

  boolean isIdle() {
    return underWay.get() == 0;
  }
}
