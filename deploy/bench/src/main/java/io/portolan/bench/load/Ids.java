package io.portolan.bench.load;

import java.util.concurrent.atomic.AtomicLong;

/** Request ids of ten digits, each given out once in a run. Thread-safe. */
public final class Ids {
  private static final long FIRST = 1_000_000_000L;
  private static final long LAST = 9_999_999_999L;

  private final AtomicLong next = new AtomicLong(FIRST);

  /** An id that was not given out before. */
  public long next() {
    var id = next.getAndIncrement();
    if (id > LAST) {
      throw new IllegalStateException("all ids of ten digits are used up");
    }
    return id;
  }
}
