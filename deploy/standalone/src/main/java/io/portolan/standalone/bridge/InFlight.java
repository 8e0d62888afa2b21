package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.Slice;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The requests under way, by the id the client gave them. Bounded. Safe for many threads. */
final class InFlight {
  /** Whether a request is one that ends by itself. */
  enum Kind {
    /** Answered when its work is done. */
    CALL,
    /** Open until the client gives it up. */
    LISTEN
  }

  /**
   * One request.
   *
   * @param modern whether it is of the modern era
   * @param thread runs it; interrupting it gives the request up
   * @param sent opens when the request was handed to the connection, or ended
   */
  record Entry(Kind kind, boolean modern, Thread thread, CountDownLatch sent) {}

  private final Map<Slice, Entry> entries = new ConcurrentHashMap<>();
  private final int most;
  private final Semaphore calls; // one permit for each call that is not under way

  InFlight(int most) {
    this.most = most;
    this.calls = new Semaphore(most);
  }

  /** False when there are too many already, or one with this id. */
  boolean add(Slice id, Entry entry) {
    if (!calls.tryAcquire()) {
      return false;
    }
    if (entries.putIfAbsent(id, entry) != null) {
      calls.release();
      return false;
    }
    return true;
  }

  void remove(Slice id) {
    if (entries.remove(id) != null) {
      calls.release();
    }
  }

  @Nullable Entry find(Slice id) {
    return entries.get(id);
  }

  /** Gives up the requests that would never end, then waits for the others; gives these up, too. */
  void finish(Duration within) throws InterruptedException {
    giveUp(Kind.LISTEN);
    if (!calls.tryAcquire(most, within.toNanos(), TimeUnit.NANOSECONDS)) {
      giveUp(Kind.CALL);
    }
  }

  private void giveUp(Kind kind) {
    entries.values().stream()
        .filter(entry -> entry.kind() == kind)
        .forEach(entry -> entry.thread().interrupt());
  }
}
