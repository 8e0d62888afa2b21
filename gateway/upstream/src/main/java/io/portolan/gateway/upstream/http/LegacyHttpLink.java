package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One session over Streamable HTTP (2025-03-26 to 2025-11-25). */
final class LegacyHttpLink implements UpstreamLink {
  private static final Slice NO_ID = Slice.utf8("null");
  private static final Duration LISTEN_HEAD = Duration.ofSeconds(30);
  private static final Duration DELETE_BUDGET = Duration.ofSeconds(2);

  private final SessionClient client;
  private final HeadTemplate template;
  private final AnswerReader answers;
  private final AnswerReader.Session session;
  private final JsonView hello;
  private final Consumer<LegacyHttpLink> onClose;
  private final AtomicLong ids = new AtomicLong(LegacySessions.FIRST_CALL_ID);
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean lost;

  /**
   * @param template with the session's headers
   * @param onClose told once, when the link is closed
   */
  LegacyHttpLink(
      SessionClient client,
      HeadTemplate template,
      AnswerReader answers,
      AnswerReader.Session session,
      JsonView hello,
      Consumer<LegacyHttpLink> onClose) {
    this.client = client;
    this.template = template;
    this.answers = answers;
    this.session = session;
    this.hello = hello;
    this.onClose = onClose;
  }

  @Override
  public Era era() {
    return Era.LEGACY;
  }

  @Override
  public JsonView hello() {
    return hello;
  }

  @Override
  public long nextId() {
    return ids.getAndIncrement();
  }

  @Override
  public Answer request(OutboundRequest request, CallContext context) throws InterruptedException {
    var id = Slice.utf8(Long.toString(request.id()));
    var body = request.splice().replace(request.message().id(), id).apply();
    try {
      var exchange =
          client.send(
              HttpRequest.post(template, context.trace(), body),
              context.deadline(),
              request.cancellation());
      return noticed(
          answers.read(
              exchange,
              id,
              session,
              events ->
                  new Answer.Streamed(
                      new HttpMessageStream(
                          answers,
                          events,
                          id,
                          context.deadline(),
                          new StrayProgress(request),
                          lastEventId -> resume(lastEventId, request, context)))));
    } catch (ExchangeFailed e) {
      return new Answer.Failed(e.failure());
    }
  }

  private Exchange resume(String lastEventId, OutboundRequest request, CallContext context)
      throws ExchangeFailed, InterruptedException {
    return client.send(
        HttpRequest.get(template, lastEventId), context.deadline(), request.cancellation());
  }

  private Answer noticed(Answer answer) {
    if (answer instanceof Answer.Failed(UpstreamFailure.SessionLost _)) {
      lost = true;
    }
    return answer;
  }

  @Override
  public @Nullable UpstreamFailure send(Payload message, CallContext context)
      throws InterruptedException {
    try {
      var exchange =
          client.send(
              HttpRequest.post(template, context.trace(), message),
              context.deadline(),
              new Cancellation());
      var answer =
          noticed(
              answers.read(
                  exchange,
                  NO_ID,
                  session,
                  events -> {
                    events.abandon();
                    return new Answer.Accepted();
                  }));
      return Accepting.failure(answer);
    } catch (ExchangeFailed e) {
      return e.failure();
    }
  }

  @Override
  public MessageStream listen() {
    return new HttpListenStream(
        answers,
        session,
        (lastEventId, cancellation) ->
            client.listen(
                HttpRequest.get(template, lastEventId), Deadline.in(LISTEN_HEAD), cancellation));
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      onClose.accept(this);
      Thread.ofVirtual().name("portolan-session-end").start(this::endSession);
    }
  }

  /** Tells the server that the session is over, if it has one; waits for two seconds at most. */
  void endSession() {
    closed.set(true);
    if (session == AnswerReader.Session.NONE || lost) {
      return;
    }
    try {
      var exchange =
          client.send(HttpRequest.delete(template), Deadline.in(DELETE_BUDGET), new Cancellation());
      exchange.finish();
    } catch (ExchangeFailed _) {
      // The server will forget the session by itself.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
