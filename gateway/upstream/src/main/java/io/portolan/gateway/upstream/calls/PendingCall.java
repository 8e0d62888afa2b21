package io.portolan.gateway.upstream.calls;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream.Broken;
import io.portolan.gateway.core.upstream.MessageStream.Ended;
import io.portolan.gateway.core.upstream.MessageStream.Paused;
import io.portolan.gateway.core.upstream.MessageStream.Received;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * A channel shared by many calls needs ids and progress tokens that are unique on it. The link's
 * ids are; so the request's id serves as its progress token too, and the client's own token is put
 * back into what the server reports.
 */

/** One request on a channel that many share, and what the server sends for it. Thread-safe. */
public final class PendingCall {
  private final long id;
  private final CallContext context;
  private final @Nullable Slice token;
  private final Inbox inbox;
  private final Consumer<PendingCall> onEnd;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean answered;

  /**
   * @param onEnd told once, when nothing more is expected for the call
   */
  public PendingCall(OutboundRequest request, CallContext context, Consumer<PendingCall> onEnd) {
    this.id = request.id();
    this.context = context;
    this.token = request.progressToken();
    this.onEnd = onEnd;
    this.inbox = new Inbox(context.deadline().nanoTime(), this::ended);
  }

  /** The request's id, which is its progress token as well. */
  public long id() {
    return id;
  }

  /** Who asks, until when. */
  public CallContext context() {
    return context;
  }

  /** The client's own progress token, as it is written; null when it wants no progress. */
  public @Nullable Slice token() {
    return token;
  }

  /** The request as it is sent. Once only for each request. */
  public static Payload body(OutboundRequest request) {
    var wireId = Slice.utf8(Long.toString(request.id()));
    var splice = request.splice().replace(request.message().id(), wireId);
    var token = request.progressToken();
    if (token != null) {
      splice.replace(token, wireId);
    }
    return splice.apply();
  }

  /** Puts in what the server sent; false when it was dropped. */
  public boolean receive(Message message) {
    var taken = inbox.offer(message);
    if (message instanceof Message.Answer) {
      answered = true;
      ended();
    }
    return taken;
  }

  /** Whether the answer has come. */
  public boolean isAnswered() {
    return answered;
  }

  /** Ends the call without an answer. */
  public void fail(UpstreamFailure failure) {
    inbox.end(new Broken(failure));
    ended();
  }

  /** Waits for the answer, or for the first message before it. */
  public Answer await() throws InterruptedException {
    return switch (inbox.firstUnlessStream()) {
      case null -> new Answer.Streamed(inbox);
      case Received(Message.Answer answer) -> new Answer.Whole(answer, 200);
      case Broken(var failure) -> {
        ended();
        yield new Answer.Failed(failure);
      }
      case Received _, Paused _, Ended _ -> {
        ended();
        yield new Answer.Failed(new UpstreamFailure.Cancelled("given up"));
      }
    };
  }

  private void ended() {
    if (ended.compareAndSet(false, true)) {
      onEnd.accept(this);
    }
  }
}
