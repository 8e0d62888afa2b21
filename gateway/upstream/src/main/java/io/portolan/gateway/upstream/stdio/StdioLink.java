package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.MessageStream.Ended;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.calls.EndedStream;
import io.portolan.gateway.upstream.calls.Inbox;
import io.portolan.gateway.upstream.calls.OwnMessages;
import io.portolan.gateway.upstream.calls.PendingCall;
import io.portolan.gateway.upstream.calls.PendingCalls;
import io.portolan.tenancy.CallContext;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A session's, or the modern era's, view of children that it shares with others. */
final class StdioLink implements UpstreamLink {
  private static final MessageReader READER = new MessageReader(JsonLimits.OUTBOUND);
  private static final Set<String> LASTING =
      Set.of(Methods.RESOURCES_SUBSCRIBE, Methods.RESOURCES_UNSUBSCRIBE, Methods.LOGGING_SET_LEVEL);

  private final StdioUpstream upstream;
  private final Era era;
  private final SessionOpening opening;
  private final Supplier<JsonView> hello;
  private final AtomicReference<@Nullable Inbox> listener = new AtomicReference<>();
  private volatile @Nullable Child lastChild;

  StdioLink(StdioUpstream upstream, Era era, SessionOpening opening, Supplier<JsonView> hello) {
    this.upstream = upstream;
    this.era = era;
    this.opening = opening;
    this.hello = hello;
  }

  @Override
  public Era era() {
    return era;
  }

  @Override
  public JsonView hello() {
    return hello.get();
  }

  @Override
  public long nextId() {
    return upstream.nextId();
  }

  @Nullable Child lastChild() {
    return lastChild;
  }

  /** Whether the session's client declared that it takes requests with this method. */
  boolean takes(String method) {
    if (era == Era.MODERN) {
      return false;
    }
    var declared = JsonView.of(opening.capabilities());
    var slash = method.indexOf('/');
    return slash < 0 ? opening.takesRequests() : declared.get(method.substring(0, slash)) != null;
  }

  @Override
  public Answer request(OutboundRequest request, CallContext context) throws InterruptedException {
    var params = request.message().params();
    var uri = params == null ? null : params.string("uri");
    if (request.method().equals(Methods.RESOURCES_UNSUBSCRIBE)
        && uri != null
        && upstream.subscriptions().remove(uri, this) == Subscriptions.Left.OTHERS) {
      return nothing(request.id());
    }
    var bytes = ChildWriter.line(PendingCall.body(request));
    var answer = once(bytes, request, context);
    if (answer instanceof Answer.Failed(UpstreamFailure.BrokenOff(var _, var sent)) && !sent) {
      // The child died before it saw the request: the next one may have it.
      answer = once(bytes, request, context);
    }
    if (params != null && answer instanceof Answer.Whole(Message.Result _, var _)) {
      remember(request.method(), params, uri);
    }
    return answer;
  }

  private void remember(String method, JsonView params, @Nullable String uri) {
    if (method.equals(Methods.RESOURCES_SUBSCRIBE) && uri != null) {
      upstream.subscriptions().add(uri, this);
    } else if (method.equals(Methods.LOGGING_SET_LEVEL)) {
      upstream.subscriptions().logLevelParams(Slice.of(params.object().toBytes()));
    }
  }

  private static Answer nothing(long id) {
    var wireId = Slice.utf8(Long.toString(id));
    return new Answer.Whole(
        (Message.Answer) message(OwnMessages.result(wireId, Slice.utf8("{}"))), 200);
  }

  private static Message message(Slice bytes) {
    try {
      return READER.read(bytes);
    } catch (MalformedMessage e) {
      throw new IllegalArgumentException("not a message", e);
    }
  }

  private Answer once(byte[] bytes, OutboundRequest request, CallContext context)
      throws InterruptedException {
    if (upstream.isKnownNotToSpeak(era)) {
      return new Answer.Failed(
          new UpstreamFailure.Unreachable("the server does not speak this era: " + era));
    }
    var seat = new Seat(request.id(), this, context.principal(), era, kind(request.method()));
    Child child;
    try {
      child = upstream.children().take(seat, context.deadline(), request.cancellation());
    } catch (UpstreamUnavailable e) {
      return new Answer.Failed(e.failure());
    }
    lastChild = child;
    return child.ask(
        bytes,
        request,
        context,
        ending -> {
          switch (ending) {
            case SETTLED -> upstream.children().leave(child, request.id());
            case GIVEN_UP -> upstream.children().giveUp(child, request.id());
          }
        });
  }

  private Seat.Kind kind(String method) {
    if (LASTING.contains(method)) {
      return Seat.Kind.LASTING;
    }
    return era == Era.LEGACY && opening.takesRequests() ? Seat.Kind.INTERACTIVE : Seat.Kind.PLAIN;
  }

  @Override
  public @Nullable UpstreamFailure send(Payload message, CallContext context)
      throws InterruptedException {
    switch (message(message.join())) {
      case Message.Answer answer -> {
        var reply = upstream.reverse().reply(answer, this);
        return reply == null
            ? null
            : reply.child().tell(Payload.of(reply.bytes()), context.deadline());
      }
      case Message.Notification note when note.method().equals(Methods.INITIALIZED) -> {
        return null;
      }
      case Message.Notification note when note.method().equals(Methods.CANCELLED) -> {
        var child = cancelledAt(note);
        return child == null ? null : child.tell(message, context.deadline());
      }
      case Message.Notification note when note.method().equals(Methods.ROOTS_LIST_CHANGED) -> {
        for (var child : upstream.children().all()) {
          child.tell(message, context.deadline());
        }
        return null;
      }
      case Message.Call _ -> {
        var last = lastChild;
        return last == null ? null : last.tell(message, context.deadline());
      }
    }
  }

  private @Nullable Child cancelledAt(Message.Notification note) {
    var params = note.params();
    var id = params == null ? null : params.get("requestId");
    return id == null ? null : upstream.children().busyWith(PendingCalls.number(id));
  }

  @Override
  public MessageStream listen() {
    if (era == Era.MODERN) {
      return new EndedStream();
    }
    var inbox = new Inbox(Long.MAX_VALUE, () -> {});
    var before = listener.getAndSet(inbox);
    if (before != null) {
      before.end(new Ended());
    }
    return inbox;
  }

  /** Gives a message to who listens on this link; false when nobody takes it. */
  boolean hear(Message message) {
    var inbox = listener.get();
    return inbox != null && inbox.offer(message);
  }

  @Override
  public void close() {
    if (era == Era.LEGACY) {
      upstream.closed(this);
      end();
    }
  }

  /** Ends the wait of who listens. */
  void end() {
    var inbox = listener.getAndSet(null);
    if (inbox != null) {
      inbox.end(new Ended());
    }
  }
}
