package io.portolan.bench.load;

/** Request ids of ten digits, each given out once in a run. Not thread-safe. */
public final class Ids {
  private static final long FIRST = 1_000_000_000L;
  private static final long LAST = 9_999_999_999L;

  private long next = FIRST;

  /** An id that was not given out before. */
  public long next() {
    if (next > LAST) {
      throw new IllegalStateException("all ids of ten digits are used up");
    }
    return next++;
  }
}
