package io.portolan.gateway.core.resilience;

import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.tenancy.Principal;
import java.time.Duration;

/*
 * While the server waits for a client's answer the call takes nothing of the server but memory, and
 * a person may take minutes: users who think it over must not keep everybody else out. With the next
 * message the call takes a place again, if there is one; if there is none it goes on without, which
 * is at most as many as have been asked.
 */

/**
 * The stream of one call, which keeps the call's place until it is over, but for the time in which
 * the server waits for an answer. A server that has asked the client something is not ill when time
 * runs out: it may have waited for a person.
 */
final class GuardedStream implements MessageStream {
  private final MessageStream stream;
  private final ServerGuard guard;
  private final Principal caller;
  private boolean asked; // of the thread that reads: whether the server waits for a client's answer
  // Guarded by this.
  private boolean over;
  private boolean hasPlace = true;

  GuardedStream(MessageStream stream, ServerGuard guard, Principal caller) {
    this.stream = stream;
    this.guard = guard;
    this.caller = caller;
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
      case Received(Message.Request request) when isQuestion(request) -> {
        asked = true;
        rest();
      }
      case Broken(UpstreamFailure.TimedOut _) when asked -> undecided();
      case Broken(var failure) -> {
        if (end()) {
          guard.failed(failure, caller);
        }
      }
      case Ended _ -> undecided();
      case Received _ -> work();
      case Paused _ -> {}
    }
    return next;
  }

  private static boolean isQuestion(Message.Request request) {
    return !request.method().equals(Methods.PING);
  }

  /** The server waits for the client. */
  private synchronized void rest() {
    if (!over && hasPlace) {
      hasPlace = false;
      guard.leave();
    }
  }

  /** The server is at work. */
  private synchronized void work() {
    if (!over && !hasPlace) {
      hasPlace = guard.enterAgain();
    }
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

  private synchronized boolean end() {
    if (over) {
      return false;
    }
    over = true;
    if (hasPlace) {
      guard.leave();
    }
    return true;
  }
}
