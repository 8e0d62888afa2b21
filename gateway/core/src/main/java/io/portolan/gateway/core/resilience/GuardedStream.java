package io.portolan.gateway.core.resilience;

import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Message;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The stream of one call, which keeps the call's place until it is over. A server that has asked
 * the client something is not ill when time runs out: it may have waited for a person.
 */
final class GuardedStream implements MessageStream {
  private final MessageStream stream;
  private final ServerGuard guard;
  private final AtomicBoolean over = new AtomicBoolean();
  private boolean asked; // of the thread that reads: whether the server waits for a client's answer

  GuardedStream(MessageStream stream, ServerGuard guard) {
    this.stream = stream;
    this.guard = guard;
  }

  @Override
  public void awaitOpen(Duration patience) throws InterruptedException {
    stream.awaitOpen(patience);
  }

  @Override
  public Next next() throws InterruptedException {
    var next = stream.next();
    switch (next) {
      case Received(Message.Answer _) -> {
        if (end()) {
          guard.answered(200);
        }
      }
      case Received(Message.Request _) -> asked = true;
      case Broken(UpstreamFailure.TimedOut _) when asked -> undecided();
      case Broken(var failure) -> {
        if (end()) {
          guard.failed(failure);
        }
      }
      case Ended _ -> undecided();
      case Received _, Paused _ -> {}
    }
    return next;
  }

  @Override
  public void close() {
    undecided();
    stream.close();
  }

  private void undecided() {
    if (end()) {
      guard.undecided();
    }
  }

  private boolean end() {
    if (!over.compareAndSet(false, true)) {
      return false;
    }
    guard.leave();
    return true;
  }
}
