package io.portolan.gateway.core.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The sessions of one principal, and how many of their streams are being read. Thread-safe. */
final class PrincipalUse {
  private final Set<LegacySession> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile long nothingBeforeNanos = System.nanoTime();

  Set<LegacySession> sessions() {
    return sessions;
  }

  /** Notes that a stream is read; false when that are too many. */
  boolean openStream(int max) {
    if (streams.incrementAndGet() > max) {
      streams.decrementAndGet();
      return false;
    }
    return true;
  }

  void closeStream() {
    streams.decrementAndGet();
  }

  /**
   * The session that went unused longest, if that is at least {@code leastNanos}. Looks at all of
   * them, and not again for a while when there was none.
   */
  @Nullable LegacySession oldestIdle(long leastNanos) {
    if (nothingBeforeNanos - System.nanoTime() > 0) {
      return null;
    }
    LegacySession oldest = null;
    var most = leastNanos;
    var nearest = leastNanos;
    for (var session : sessions) {
      var idle = session.idleNanos();
      if (!session.inUse() && idle >= most) {
        oldest = session;
        most = idle;
      } else {
        nearest = Math.min(nearest, leastNanos - idle);
      }
    }
    if (oldest == null) {
      nothingBeforeNanos = System.nanoTime() + Math.min(nearest, leastNanos / 8);
    }
    return oldest;
  }
}
