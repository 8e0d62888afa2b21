package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.calls.FinalAnswers;
import io.portolan.gateway.upstream.calls.OwnMessages;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TraceContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Opens sessions with one server over Streamable HTTP, and ends those that are left. */
final class LegacySessions {
  private static final long INITIALIZE_ID = 0;
  static final long FIRST_CALL_ID = 1;

  private final ProvenClient client;
  private final HeadTemplate template;
  private final AnswerReader answers;
  private final Set<LegacyHttpLink> open = ConcurrentHashMap.newKeySet();

  LegacySessions(ProvenClient client, HeadTemplate template, AnswerReader answers) {
    this.client = client;
    this.template = template;
    this.answers = answers;
  }

  /** Initialises a session. Blocks. */
  LegacyHttpLink open(SessionOpening opening, Principal principal, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var link = initialize(opening, principal, deadline);
    var context = new CallContext(principal, deadline, TraceContext.start());
    var failure = link.send(Payload.of(OwnMessages.notification(Methods.INITIALIZED)), context);
    if (failure != null) {
      link.close();
      throw new UpstreamUnavailable(failure);
    }
    return link;
  }

  /** Only asks for a session: enough to see what the server says of itself. */
  LegacyHttpLink initialize(SessionOpening opening, Principal principal, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var id = Slice.utf8(Long.toString(INITIALIZE_ID));
    var session = new SessionClient(client, principal);
    var body = Payload.of(OwnMessages.initialize(id, opening));
    Answer answer;
    String sessionId;
    try {
      var exchange =
          session.send(HttpRequest.post(template, null, body), deadline, new Cancellation());
      sessionId = exchange.head().sessionId();
      answer =
          answers.read(
              exchange,
              id,
              AnswerReader.Session.NONE,
              events ->
                  new Answer.Streamed(
                      new HttpMessageStream(
                          answers, events, id, deadline, StrayProgress.uncounted(), null)));
    } catch (ExchangeFailed e) {
      throw new UpstreamUnavailable(e.failure());
    }
    return link(session, FinalAnswers.await(answer), sessionId);
  }

  private LegacyHttpLink link(SessionClient session, Answer answer, @Nullable String sessionId)
      throws UpstreamUnavailable {
    var hello =
        switch (answer) {
          case Answer.Whole(Message.Result(_, _, var result, _), _) when result.isObject() ->
              JsonView.of(result);
          case Answer.Whole(Message.Failure failure, var status) ->
              throw new UpstreamUnavailable(
                  new UpstreamFailure.Refused(
                      status, "initialize was refused: " + failure.error().text()));
          case Answer.Failed(var failure) -> throw new UpstreamUnavailable(failure);
          case Answer.Whole _, Answer.Accepted _, Answer.Streamed _ ->
              throw new UpstreamUnavailable(
                  new UpstreamFailure.BadAnswer("initialize was not answered with an object"));
        };
    var version = hello.string("protocolVersion");
    var own = template;
    if (version != null && HeaderText.isToken(version)) {
      own = own.with("MCP-Protocol-Version", version);
    }
    if (sessionId != null) {
      own = own.with("Mcp-Session-Id", sessionId);
    }
    var link =
        new LegacyHttpLink(
            session,
            own,
            answers,
            sessionId == null ? AnswerReader.Session.NONE : AnswerReader.Session.NAMED,
            hello,
            open::remove);
    open.add(link);
    return link;
  }

  /** Ends all sessions at once; blocks for about two seconds at most. */
  void close() {
    var ending = open.stream().map(link -> Thread.ofVirtual().start(link::endSession)).toList();
    open.clear();
    try {
      for (var thread : ending) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
