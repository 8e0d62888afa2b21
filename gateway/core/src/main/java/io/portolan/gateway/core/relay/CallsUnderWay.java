package io.portolan.gateway.core.relay;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * The calls that are at servers or wait for their clients: as many as there are requests, parked
 * calls and tasks, which have bounds of their own. One thread looks each second whether the callers
 * of those that take long would still be let in, and gives up those of the others. Thread-safe.
 */
final class CallsUnderWay implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CallsUnderWay.class.getName());
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Set<UnderWay> all = ConcurrentHashMap.newKeySet();
  private final Thread thread = Thread.ofVirtual().name("calls-under-way").unstarted(this::watch);

  /** One of them. */
  final class UnderWay {
    private final BooleanSupplier barred;
    private final Runnable giveUp;
    private boolean isSeen; // of the watching thread

    private UnderWay(BooleanSupplier barred, Runnable giveUp) {
      this.barred = barred;
      this.giveUp = giveUp;
    }

    /** It has ended. Idempotent. */
    void over() {
      all.remove(this);
    }

    /** A call is first asked about when it has been there before: most never are. */
    private void look() {
      if (!isSeen) {
        isSeen = true;
      } else if (barred.getAsBoolean() && all.remove(this)) {
        // What a call waits in may take its time to end; the others are not to wait for it.
        Thread.ofVirtual().name("give-up").start(giveUp);
      }
    }
  }

  /** Begins to look. */
  void start() {
    thread.start();
  }

  /**
   * A call that begins.
   *
   * @param barred whether its caller would be kept out by now
   * @param giveUp run once, on a thread of its own, when that is so
   */
  UnderWay begins(BooleanSupplier barred, Runnable giveUp) {
    var call = new UnderWay(barred, giveUp);
    all.add(call);
    return call;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        all.forEach(CallsUnderWay::look);
      }
    } catch (InterruptedException _) {
      // The gateway is closing.
    }
  }

  /** What cannot be told of one call must not end the watch over the others. */
  private static void look(UnderWay call) {
    try {
      call.look();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "whether a caller is let in cannot be told", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
