package io.portolan.gateway.upstream.calls;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * One look over everything that is under way, some times a second, instead of a timer per call:
 * arming and disarming a timer costs more than the rest of a small call's bookkeeping.
 */

/**
 * Ends what has gone past its deadline. One daemon thread for all servers, started with the first
 * one; deadlines are met to within {@link #TICK_NANOS} nanoseconds. Thread-safe.
 */
public final class DeadlineSweeper implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(DeadlineSweeper.class.getName());
  public static final long TICK_NANOS = 50_000_000;

  /** Something with deadlines. */
  public interface Swept {
    /** Ends what is due at {@code now}, an instant of {@link System#nanoTime}. Must not block. */
    void sweep(long now);
  }

  private final List<Swept> swept = new CopyOnWriteArrayList<>();
  private @Nullable Thread thread; // guarded by this
  private volatile boolean closed;

  /** Looks after {@code part} from now on. */
  public void add(Swept part) {
    swept.add(part);
    synchronized (this) {
      if (thread == null && !closed) {
        thread = Thread.ofPlatform().daemon().name("portolan-deadlines").start(this::run);
      }
    }
  }

  /** Leaves {@code part} alone. */
  public void remove(Swept part) {
    swept.remove(part);
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(TICK_NANOS);
      var now = System.nanoTime();
      for (var part : swept) {
        try {
          part.sweep(now);
        } catch (RuntimeException e) {
          // Without this thread no deadline would be met any more.
          LOG.log(System.Logger.Level.ERROR, "deadlines of one server were not looked after", e);
        }
      }
    }
  }

  /** Stops the thread. Idempotent. */
  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      if (thread != null) {
        LockSupport.unpark(thread);
      }
    }
  }
}
