package io.portolan.gateway.core.parked;

import java.util.concurrent.atomic.AtomicLong;

/** How much all conversations together keep for clients that have not come back. Thread-safe. */
public final class KeptBytes {
  private final long max;
  private final AtomicLong kept = new AtomicLong();

  /** At most {@code max} bytes. */
  public KeptBytes(long max) {
    this.max = max;
  }

  /** Takes room for so many bytes; false, and nothing is taken, when there is not as much. */
  boolean take(int bytes) {
    if (kept.addAndGet(bytes) > max) {
      kept.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void giveBack(int bytes) {
    kept.addAndGet(-bytes);
  }

  /** How many bytes are kept now. */
  public long bytes() {
    return kept.get();
  }
}
