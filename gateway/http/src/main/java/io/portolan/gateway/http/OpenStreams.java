package io.portolan.gateway.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * The streams that stand until somebody ends them, of which there are as many as connections. One
 * thread looks now and then whether their callers would still be let in, and ends those of the
 * others. Thread-safe.
 */
final class OpenStreams implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final Set<Open> open = ConcurrentHashMap.newKeySet();
  private final Thread thread = Thread.ofVirtual().name("open-streams").unstarted(this::watch);

  /** One of them, while it is written. */
  static final class Open {
    private final Thread writer;
    private final BooleanSupplier withdrawn;
    private boolean over; // guarded by this

    private Open(Thread writer, BooleanSupplier withdrawn) {
      this.writer = writer;
      this.withdrawn = withdrawn;
    }

    private synchronized void endIfWithdrawn() {
      if (!over && withdrawn.getAsBoolean()) {
        writer.interrupt();
      }
    }

    private synchronized void over() {
      over = true;
    }
  }

  /** Begins to look. */
  void start() {
    thread.start();
  }

  /** A stream that this thread is about to write. */
  Open add(BooleanSupplier withdrawn) {
    var stream = new Open(Thread.currentThread(), withdrawn);
    open.add(stream);
    return stream;
  }

  /** It is over: its thread is not interrupted any more. */
  void remove(Open stream) {
    open.remove(stream);
    stream.over();
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        open.forEach(Open::endIfWithdrawn);
      }
    } catch (InterruptedException _) {
      // The server is stopping.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
