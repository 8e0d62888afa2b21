package io.portolan.gateway.http.connection;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The only reader of a connection's socket. Usually the connection's own thread reads; while it
 * waits for a call, another thread may read in its place to notice the end of the stream. What that
 * one reads early is never lost: it becomes the connection's next read.
 */
final class ReadAhead {
  // Invariant: at most one thread is inside socket.get(): whoever moved the state away from FREE.
  // The fields below belong to the reading thread until it sets READY.
  private static final int FREE = 0;
  private static final int READING = 1;
  private static final int AHEAD = 2;
  private static final int READY = 3;

  private final HelidonSocket socket;
  private final AtomicInteger state = new AtomicInteger();
  private byte @Nullable [] early;
  private @Nullable RuntimeException failure;
  private volatile @Nullable Thread waiting;

  ReadAhead(HelidonSocket socket) {
    this.socket = socket;
  }

  /**
   * The next bytes, or null at the end of the stream. Called by the connection's thread only.
   *
   * @throws java.io.UncheckedIOException when the socket fails
   * @throws CloseConnectionException when the thread is interrupted
   */
  byte @Nullable [] next() {
    if (state.compareAndSet(FREE, READING)) {
      try {
        return socket.get();
      } finally {
        state.setRelease(FREE);
      }
    }
    waiting = Thread.currentThread();
    while (state.get() != READY) {
      LockSupport.park(this);
      if (Thread.currentThread().isInterrupted()) {
        throw new CloseConnectionException("interrupted");
      }
    }
    waiting = null;
    var bytes = early;
    var failed = failure;
    early = null;
    failure = null;
    if (bytes == null) {
      // The end of the stream stays: state remains READY, and each later read sees it again.
      failure = failed;
    } else {
      state.setRelease(FREE);
    }
    if (failed != null) {
      throw failed;
    }
    return bytes;
  }

  /** Takes over the reading, unless a read is under way or has been made ahead already. */
  boolean begin() {
    return state.compareAndSet(FREE, AHEAD);
  }

  /** Reads once, after {@link #begin}; whether the client is still there. */
  boolean read() {
    byte[] bytes = null;
    RuntimeException failed = null;
    try {
      bytes = socket.get();
    } catch (RuntimeException e) {
      failed = e;
    }
    early = bytes;
    failure = failed;
    state.set(READY);
    var thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
    return bytes != null;
  }
}
