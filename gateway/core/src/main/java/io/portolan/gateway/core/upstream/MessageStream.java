package io.portolan.gateway.core.upstream;

import io.portolan.gateway.protocol.Message;
import java.time.Duration;

/**
 * Messages from a server, pulled one by one by one thread. Progress tokens are the client's own
 * again; the id of the final answer is the upstream's.
 */
public interface MessageStream extends AutoCloseable {
  /**
   * Blocks until the server has noticed that this is listened to, or will not be, at most for
   * {@code patience}. Another thread must be in {@link #next}. A stream that answers a request was
   * noticed before.
   */
  default void awaitOpen(Duration patience) throws InterruptedException {}

  /** Blocks for what comes next. After {@link Ended} or {@link Broken} nothing comes any more. */
  Next next() throws InterruptedException;

  /** Gives the stream up. May be called by another thread and then ends its wait. Idempotent. */
  @Override
  void close();

  /** What a stream brings. */
  sealed interface Next {}

  /** A notification, a request of the server, or the final answer. */
  record Received(Message message) implements Next {}

  /**
   * The server closed the connection before the answer and asked to come back (SSE polling). The
   * next call of {@link #next} waits for {@code retry}, reconnects and goes on.
   */
  record Paused(Duration retry) implements Next {}

  /** The stream is over; for a call this comes after the answer, or instead of one. */
  record Ended() implements Next {}

  /** The stream broke. */
  record Broken(UpstreamFailure failure) implements Next {}
}
