package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.MessageStream.Broken;
import io.portolan.gateway.core.upstream.MessageStream.Ended;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.SseReader;
import io.portolan.gateway.upstream.calls.Inbox;
import io.portolan.gateway.upstream.calls.OwnMessages;
import io.portolan.gateway.upstream.calls.PendingCall;
import io.portolan.gateway.upstream.calls.PendingCalls;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TraceContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * The session lives as long as its stream: a new stream is a new session. So a stream that breaks
 * loses the session, and whoever holds the link opens another one, as after a 404 elsewhere.
 */

/** One session over HTTP+SSE: messages go out by POST and all come back on one stream. */
final class SseLink implements UpstreamLink {
  private static final Slice NO_ID = Slice.utf8("null");
  private static final Duration REPLY_BUDGET = Duration.ofSeconds(5);

  private final SessionClient client;
  private final HeadTemplate template;
  private final AnswerReader answers;
  private final Exchange stream;
  private final SseReader events;
  private final Consumer<SseLink> onClose;
  private final PendingCalls calls = new PendingCalls();
  private final AtomicLong ids = new AtomicLong();
  private final AtomicReference<@Nullable Inbox> listener = new AtomicReference<>();
  private volatile @Nullable JsonView hello;
  private volatile @Nullable UpstreamFailure lost;

  SseLink(
      SessionClient client,
      HeadTemplate template,
      AnswerReader answers,
      Exchange stream,
      SseReader events,
      Consumer<SseLink> onClose) {
    this.client = client;
    this.template = template;
    this.answers = answers;
    this.stream = stream;
    this.events = events;
    this.onClose = onClose;
  }

  /** Starts reading the stream. */
  void start() {
    Thread.ofVirtual().name("portolan-sse").start(this::read);
  }

  void hello(JsonView initialized) {
    hello = initialized;
  }

  private void read() {
    try {
      for (var event = events.next(); event != null; event = events.next()) {
        if (event.data().length() > 0 && event.type().equals("message")) {
          var message = answers.message(event.data());
          place(message);
          if (!(message instanceof Message.Answer)) {
            stream.body().tookMessage();
          }
        }
      }
      lose(new UpstreamFailure.BrokenOff("the server closed the session's stream", true));
    } catch (IOException e) {
      try {
        lose(stream.failed(e, "while reading the session's stream", true));
      } catch (InterruptedException _) {
        lose(new UpstreamFailure.BrokenOff("interrupted", true));
      }
    }
  }

  private void lose(UpstreamFailure why) {
    lost = new UpstreamFailure.SessionLost(why.detail());
    stream.abandon();
    calls.failAll(why);
    var inbox = listener.get();
    if (inbox != null) {
      inbox.end(new Broken(new UpstreamFailure.SessionLost(why.detail())));
    }
    onClose.accept(this);
  }

  /** What names no call goes to the call that started last, or to who listens. */
  private void place(Message message) {
    if (calls.route(message)) {
      return;
    }
    var latest = calls.all().stream().max(Comparator.comparingLong(PendingCall::id));
    if (latest.isPresent() && belongsToCalls(message)) {
      latest.get().receive(message);
      return;
    }
    var inbox = listener.get();
    var taken = inbox != null && inbox.offer(message);
    if (!taken && message instanceof Message.Request request) {
      reject(request);
    }
  }

  private static boolean belongsToCalls(Message message) {
    return switch (message) {
      case Message.Request _ -> true;
      case Message.Notification note -> note.method().equals(Methods.LOG_MESSAGE);
      case Message.Answer _ -> false;
    };
  }

  private void reject(Message.Request request) {
    var reply =
        request.method().equals(Methods.PING)
            ? OwnMessages.result(request.id(), Slice.utf8("{}"))
            : OwnMessages.error(
                request.id(), ErrorCode.METHOD_NOT_FOUND.value(), "Nobody is there to answer");
    var context =
        new CallContext(Principal.GATEWAY, Deadline.in(REPLY_BUDGET), TraceContext.start());
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                send(Payload.of(reply), context);
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Override
  public Era era() {
    return Era.LEGACY;
  }

  @Override
  public JsonView hello() {
    var known = hello;
    if (known == null) {
      throw new IllegalStateException("the session is not initialised");
    }
    return known;
  }

  @Override
  public long nextId() {
    return ids.getAndIncrement();
  }

  @Override
  public Answer request(OutboundRequest request, CallContext context) throws InterruptedException {
    var why = lost;
    if (why != null) {
      return new Answer.Failed(why);
    }
    var call =
        new PendingCall(
            request,
            context,
            done -> {
              calls.remove(done);
              request.cancellation().done();
            });
    calls.add(call);
    var posted = post(PendingCall.body(request), request.cancellation(), context);
    if (posted != null) {
      calls.remove(call);
      return posted;
    }
    request
        .cancellation()
        .onCancel(() -> call.fail(new UpstreamFailure.Cancelled("cancelled by the caller")));
    if (lost != null) {
      call.fail(new UpstreamFailure.BrokenOff("the session's stream broke", true));
    }
    return call.await();
  }

  @Override
  public @Nullable UpstreamFailure send(Payload message, CallContext context)
      throws InterruptedException {
    var why = lost;
    if (why != null) {
      return why;
    }
    var posted = post(message, new Cancellation(), context);
    return posted == null ? null : Accepting.failure(posted);
  }

  /** Null when the server took the message; its answer comes on the stream. */
  private @Nullable Answer post(Payload message, Cancellation cancellation, CallContext context)
      throws InterruptedException {
    try {
      var exchange =
          client.send(
              HttpRequest.post(template, context.trace(), message),
              context.deadline(),
              cancellation);
      var status = exchange.head().status();
      if (status >= 200 && status < 300) {
        drop(exchange);
        return null;
      }
      return answers.read(exchange, NO_ID, AnswerReader.Session.NAMED, _ -> new Answer.Accepted());
    } catch (ExchangeFailed e) {
      return new Answer.Failed(e.failure());
    }
  }

  /** Servers of that time say "Accepted" in the body, or nothing. */
  private static void drop(Exchange exchange) throws InterruptedException {
    try {
      exchange.body().readAll(1 << 16);
      exchange.finish();
    } catch (IOException e) {
      exchange.failed(e, "while reading the answer to a POST", true);
    }
  }

  @Override
  public MessageStream listen() {
    var inbox = new Inbox(Long.MAX_VALUE, () -> {});
    var before = listener.getAndSet(inbox);
    if (before != null) {
      before.end(new Ended());
    }
    var why = lost;
    if (why != null) {
      inbox.end(new Broken(why));
    }
    return inbox;
  }

  @Override
  public void close() {
    lost = new UpstreamFailure.SessionLost("the session was closed");
    // Before the reader finds the stream closed, which it would take for a loss.
    var inbox = listener.get();
    if (inbox != null) {
      inbox.end(new Ended());
    }
    calls.failAll(new UpstreamFailure.BrokenOff("the session was closed", true));
    stream.abandon();
    onClose.accept(this);
  }
}
