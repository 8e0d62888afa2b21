package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedByInterruptException;

/**
 * One request and its answer on one connection. It ends exactly once: by its user, by its deadline
 * or by a cancellation, and whoever ends it decides what becomes of the connection. Run as a task,
 * it cancels itself.
 */
final class Exchange implements Runnable {
  private static final int OPEN = 0;
  private static final int DONE = 1;
  private static final int TIMED_OUT = 2;
  private static final int CANCELLED = 3;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Exchange.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ConnectionPool pool;
  private final HttpConnection connection;
  private final Cancellation cancellation;
  private volatile long deadlineNanos;
  private volatile int state = OPEN;

  Exchange(
      ConnectionPool pool,
      HttpConnection connection,
      Cancellation cancellation,
      long deadlineNanos) {
    this.pool = pool;
    this.connection = connection;
    this.cancellation = cancellation;
    this.deadlineNanos = deadlineNanos;
  }

  /** Waits for the answer's head. */
  void readHead() throws IOException {
    connection.head().read(connection);
    connection.body().begin(connection.head());
  }

  ResponseHead head() {
    return connection.head();
  }

  BodyStream body() {
    return connection.body();
  }

  /** Lets a stream that only listens go on for as long as it likes. */
  void dropDeadline() {
    deadlineNanos = Long.MAX_VALUE;
  }

  /** The answer was read to its end, or almost: the connection may serve the next request. */
  void finish() {
    if (end(DONE)) {
      var reusable = !head().isClose() && body().endsBeforeConnection();
      if (reusable && connection.mustDrainNow()) {
        reusable = connection.drainTail();
      }
      if (reusable) {
        pool.release(connection);
      } else {
        pool.discard(connection);
      }
    }
  }

  /** Nothing more is wanted from the answer: closes the connection. From any thread. */
  void abandon() {
    if (end(DONE)) {
      pool.discard(connection);
    }
  }

  /** Cancels: closes the connection, so that whoever waits for the answer fails. */
  @Override
  public void run() {
    if (end(CANCELLED)) {
      pool.discard(connection);
    }
  }

  /** Ends the exchange if its deadline has passed. */
  void expire(long now) {
    var deadline = deadlineNanos;
    if (deadline != Long.MAX_VALUE && deadline - now <= 0 && end(TIMED_OUT)) {
      pool.discard(connection);
    }
  }

  private boolean end(int how) {
    if (!STATE.compareAndSet(this, OPEN, how)) {
      return false;
    }
    connection.exchange(null);
    cancellation.done();
    return true;
  }

  boolean isCancelled() {
    return state == CANCELLED;
  }

  boolean isTimedOut() {
    return state == TIMED_OUT;
  }

  /**
   * Ends the exchange after an I/O failure and says what it means.
   *
   * @throws InterruptedException when the thread was interrupted, which closed the channel
   */
  UpstreamFailure failed(IOException cause, String doing, boolean sent)
      throws InterruptedException {
    if (cause instanceof ClosedByInterruptException) {
      abandon();
      Thread.interrupted();
      throw new InterruptedException(doing);
    }
    abandon();
    if (isTimedOut()) {
      return new UpstreamFailure.TimedOut("deadline passed " + doing, sent);
    }
    if (isCancelled()) {
      return new UpstreamFailure.Cancelled("cancelled " + doing);
    }
    if (cause instanceof BadResponse.NoMemory) {
      return new UpstreamFailure.NoMemory(describe(cause));
    }
    if (cause instanceof BadResponse) {
      return new UpstreamFailure.BadAnswer(describe(cause));
    }
    return new UpstreamFailure.BrokenOff(describe(cause) + ", " + doing, sent);
  }

  static String describe(IOException cause) {
    var message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
