package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.SseReader;
import io.portolan.gateway.upstream.calls.FinalAnswers;
import io.portolan.gateway.upstream.calls.OwnMessages;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TraceContext;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Opens sessions with one server over HTTP+SSE (2024-11-05). */
final class SseSessions {
  private final ProvenClient client;
  private final HeadTemplate template;
  private final AnswerReader answers;
  private final Set<SseLink> open = ConcurrentHashMap.newKeySet();

  SseSessions(ProvenClient client, HeadTemplate template, AnswerReader answers) {
    this.client = client;
    this.template = template;
    this.answers = answers;
  }

  /** Opens the stream, learns where to post, and initialises the session. Blocks. */
  SseLink open(SessionOpening opening, Principal principal, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var session = new SessionClient(client, principal);
    Exchange exchange;
    try {
      exchange = session.listen(HttpRequest.get(template, null), deadline, new Cancellation());
    } catch (ExchangeFailed e) {
      throw new UpstreamUnavailable(e.failure());
    }
    var events = new SseReader(exchange.body(), answers.bytesMax());
    var endpoint = endpoint(exchange, events);
    var link = new SseLink(session, template.at(endpoint), answers, exchange, events, open::remove);
    open.add(link);
    try {
      link.start();
      initialize(link, opening, deadline);
      exchange.dropDeadline();
      return link;
    } catch (UpstreamUnavailable | InterruptedException | RuntimeException e) {
      link.close();
      throw e;
    }
  }

  /** The first event says where to post; it must not lead to another server. */
  private HttpTarget endpoint(Exchange exchange, SseReader events)
      throws UpstreamUnavailable, InterruptedException {
    var status = exchange.head().status();
    if (status != 200 || exchange.head().content() != ResponseHead.Content.EVENTS) {
      exchange.abandon();
      throw new UpstreamUnavailable(
          status == 200
              ? new UpstreamFailure.BadAnswer("GET was not answered with a stream of events")
              : new UpstreamFailure.Refused(status, "HTTP " + status + " to GET"));
    }
    try {
      for (var event = events.next(); event != null; event = events.next()) {
        if (event.type().equals("endpoint")) {
          return target(event.data().text().strip());
        }
      }
      exchange.abandon();
      throw new UpstreamUnavailable(
          new UpstreamFailure.BadAnswer("the stream ended before its endpoint event"));
    } catch (IOException e) {
      throw new UpstreamUnavailable(
          exchange.failed(e, "while waiting for the endpoint event", true));
    }
  }

  private HttpTarget target(String endpoint) throws BadResponse {
    HttpTarget target;
    try {
      var base = template.target();
      var scheme = base.scheme() == HttpTarget.Scheme.HTTPS ? "https" : "http";
      var url = URI.create(scheme + "://" + base.authority() + base.path()).resolve(endpoint);
      if (url.getHost() == null) {
        throw new BadResponse("the endpoint event names no URL: " + endpoint);
      }
      target = HttpTarget.of(url);
    } catch (IllegalArgumentException _) {
      throw new BadResponse("the endpoint event names no URL: " + endpoint);
    }
    if (!target.sameOrigin(template.target())) {
      throw new BadResponse("the endpoint event leads to another origin: " + endpoint);
    }
    return target;
  }

  private static void initialize(SseLink link, SessionOpening opening, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var context = new CallContext(Principal.GATEWAY, deadline, TraceContext.start());
    var request =
        OutboundRequest.own(
            link.nextId(), Methods.INITIALIZE, OwnMessages.initializeParams(opening));
    switch (FinalAnswers.await(link.request(request, context))) {
      case Answer.Whole(Message.Result(_, _, var result, _), _) when result.isObject() ->
          link.hello(JsonView.of(result));
      case Answer.Whole(Message.Failure failure, var status) ->
          throw new UpstreamUnavailable(
              new UpstreamFailure.Refused(
                  status, "initialize was refused: " + failure.error().text()));
      case Answer.Failed(var failure) -> throw new UpstreamUnavailable(failure);
      case Answer.Whole _, Answer.Accepted _, Answer.Streamed _ ->
          throw new UpstreamUnavailable(
              new UpstreamFailure.BadAnswer("initialize was not answered with an object"));
    }
    var failure = link.send(Payload.of(OwnMessages.notification(Methods.INITIALIZED)), context);
    if (failure != null) {
      throw new UpstreamUnavailable(failure);
    }
  }

  /** Ends all sessions. */
  void close() {
    open.forEach(SseLink::close);
  }
}
