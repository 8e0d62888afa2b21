package io.portolan.gateway.core.parked;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TraceContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A session with a server that serves one call at a time, so that whatever the server asks on it,
 * and wherever, is asked for that call. Listened to as long as it is open. Thread-safe.
 */
final class AskableLink {
  private static final Duration REPLY_MAX = Duration.ofSeconds(5);
  private static final Duration LISTEN_MAX = Duration.ofMillis(500);

  /** Takes what the server sends outside of the call's own stream. */
  @FunctionalInterface
  interface Receiver {
    void received(Message.Call message) throws InterruptedException;
  }

  private final Principal principal;
  private final UpstreamLink link;
  private final MessageStream outside;
  private volatile @Nullable Receiver receiver;
  private volatile boolean lost;
  private volatile String level = "";
  private volatile long idleSinceNanos;

  AskableLink(Principal principal, UpstreamLink link) {
    this.principal = principal;
    this.link = link;
    this.outside = link.listen();
  }

  /** Listens, and waits for a moment until the server has noticed. */
  void start(String server) throws InterruptedException {
    Thread.ofVirtual().name("askable-listen-" + server).start(this::listen);
    outside.awaitOpen(LISTEN_MAX);
  }

  UpstreamLink link() {
    return link;
  }

  /** Whether the server has said that it does not know the session any more. */
  boolean isLost() {
    return lost;
  }

  long idleSinceNanos() {
    return idleSinceNanos;
  }

  /** From now on what the server sends is for this call. */
  void serve(Receiver call) {
    receiver = call;
  }

  /** The call is over. */
  void rest() {
    receiver = null;
    idleSinceNanos = System.nanoTime();
  }

  void close() {
    outside.close();
    link.close();
  }

  private void listen() {
    try (outside) {
      while (true) {
        switch (outside.next()) {
          case MessageStream.Received(Message.Call message) -> received(message);
          case MessageStream.Received _, MessageStream.Paused _ -> {}
          case MessageStream.Ended _ -> {
            return;
          }
          case MessageStream.Broken(var failure) -> {
            lost = failure instanceof UpstreamFailure.SessionLost;
            return;
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void received(Message.Call message) throws InterruptedException {
    var call = receiver;
    if (call != null) {
      call.received(message);
    } else if (message instanceof Message.Request request) {
      var context = new CallContext(principal, Deadline.in(REPLY_MAX), TraceContext.start());
      var _ = link.send(reply(request), context);
    }
  }

  /** What a server hears whose question is for no call. */
  private static Payload reply(Message.Request request) {
    return request.method().equals(Methods.PING)
        ? UpstreamAnswers.nothing(request.id())
        : UpstreamAnswers.error(
            request.id(), ErrorCode.METHOD_NOT_FOUND, "No call of this client is under way");
  }

  /** Tells the server which messages are wanted, if that is news for it. */
  void logLevel(String wanted, CallContext context) throws InterruptedException {
    var capabilities = link.hello().view("capabilities");
    if (wanted.equals(level) || capabilities == null || capabilities.get("logging") == null) {
      return;
    }
    level = wanted;
    var params = new JsonWriter().beginObject().member("level", wanted).endObject().toSlice();
    var request = OutboundRequest.own(link.nextId(), Methods.LOGGING_SET_LEVEL, params);
    if (link.request(request, context) instanceof Answer.Streamed(var stream)) {
      stream.close();
    }
  }
}
