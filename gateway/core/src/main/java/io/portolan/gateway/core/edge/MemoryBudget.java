package io.portolan.gateway.core.edge;

import java.util.concurrent.atomic.AtomicLong;

/*
 * Counted is what can grow large: bodies of requests and answers, from when they begin to be read
 * until the exchange is over. What is read belongs to the exchange whose thread reads it, which a
 * scoped value knows; a thread that reads for nobody in particular is not counted.
 */

/**
 * How much memory the messages under way may take together. What does not fit is refused before it
 * is read, so that the process sheds load instead of running out of memory. Thread-safe.
 */
public final class MemoryBudget {
  private static final ScopedValue<Lease> CURRENT = ScopedValue.newInstance();
  private static final long NOT_FOR_MESSAGES = 64L << 20;
  private static final long LEAST = 16L << 20;

  /** What takes more than this leaves the last eighth of the budget to what takes less. */
  private static final long ORDINARY = 4L << 20;

  private final long bytesMax;
  private final LimitCounts counts;
  private final AtomicLong taken = new AtomicLong();

  /** A budget of {@code bytesMax} bytes; what it refuses is counted. */
  public MemoryBudget(long bytesMax, LimitCounts counts) {
    this.bytesMax = bytesMax;
    this.counts = counts;
  }

  /** A third of the heap, without what the process needs for itself. */
  public static long ofHeap() {
    return Math.max(LEAST, (Runtime.getRuntime().maxMemory() - NOT_FOR_MESSAGES) / 3);
  }

  /** How many bytes may be taken. */
  public long bytesMax() {
    return bytesMax;
  }

  /** How many bytes are taken. */
  public long taken() {
    return taken.get();
  }

  /** Something to run with a lease. */
  @FunctionalInterface
  public interface Work {
    /** Runs; may throw what is unchecked. */
    void run();
  }

  /** Runs {@code work}; what this thread takes meanwhile is given back at the end. */
  public void during(Work work) {
    var lease = new Lease();
    try {
      ScopedValue.where(CURRENT, lease).run(work::run);
    } finally {
      taken.addAndGet(-lease.bytes);
    }
  }

  /**
   * Takes bytes for the exchange of this thread; false when there are not so many left. What is
   * larger than the whole budget fits when nothing else is taken.
   */
  public static boolean take(long bytes) {
    return !CURRENT.isBound() || CURRENT.get().take(bytes);
  }

  /** What one exchange has taken. Used by its thread. */
  private final class Lease {
    private long bytes;

    private boolean take(long more) {
      var all = taken.addAndGet(more);
      var limit = bytes + more > ORDINARY ? bytesMax - bytesMax / 8 : bytesMax;
      if (all > limit && all > bytes + more) {
        taken.addAndGet(-more);
        counts.reached(Limit.MEMORY);
        return false;
      }
      bytes += more;
      return true;
    }
  }
}
