package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.calls.FinalAnswers;
import io.portolan.gateway.upstream.calls.OwnMessages;
import io.portolan.gateway.upstream.calls.PendingCall;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TraceContext;
import java.util.function.LongSupplier;

/*
 * A child is shared by sessions with and without capabilities, and is initialised once: so it is
 * told that everything is there, and what it asks while nobody can answer is refused.
 */

/** The first words with a child. Blocking. */
final class Handshake {
  private static final SessionOpening OPENING =
      new SessionOpening(
          ProtocolVersion.LATEST_LEGACY,
          Slice.utf8(
              "{\"roots\":{\"listChanged\":true},\"sampling\":{},"
                  + "\"elicitation\":{\"form\":{},\"url\":{}}}"),
          SessionOpening.GATEWAY.clientInfo());

  private final LongSupplier ids;

  Handshake(LongSupplier ids) {
    this.ids = ids;
  }

  /** What a child answered to the question whether it is modern. */
  enum Modern {
    YES,
    NO,
    /** It has said nothing; it may still be starting, or ignore what it does not know. */
    SILENT,
    /** It ended. Some servers do at a first message that they do not expect. */
    ENDED
  }

  /** Asks {@code server/discover} and keeps the answer in the child. */
  Modern discover(Child child, Deadline deadline) throws InterruptedException {
    return switch (ask(child, Methods.SERVER_DISCOVER, OwnMessages.modernParams(), deadline)) {
      case Answer.Whole(Message.Result(_, _, var result, _), _)
          when result.isObject() && speaksOurs(JsonView.of(result)) -> {
        child.hello(Era.MODERN, result);
        yield Modern.YES;
      }
      case Answer.Whole _, Answer.Accepted _, Answer.Streamed _ -> Modern.NO;
      case Answer.Failed(UpstreamFailure.TimedOut _) -> Modern.SILENT;
      case Answer.Failed _ -> child.isOver() ? Modern.ENDED : Modern.NO;
    };
  }

  private static boolean speaksOurs(JsonView discovered) {
    var versions = discovered.get("supportedVersions");
    return versions != null
        && versions.isArray()
        && JsonList.items(versions).stream()
            .anyMatch(v -> v.isString() && v.string().equals(ProtocolVersion.LATEST.text()));
  }

  /** Initialises a session with the child, for all who share it. */
  void initialize(Child child, Deadline deadline) throws UpstreamUnavailable, InterruptedException {
    var params = OwnMessages.initializeParams(OPENING);
    switch (ask(child, Methods.INITIALIZE, params, deadline)) {
      case Answer.Whole(Message.Result(_, _, var result, _), _) when result.isObject() ->
          child.hello(Era.LEGACY, result);
      case Answer.Whole(Message.Failure failure, _) ->
          throw new UpstreamUnavailable(
              new UpstreamFailure.Refused(
                  200, "initialize was refused: " + failure.error().text()));
      case Answer.Failed(UpstreamFailure.TimedOut _) ->
          throw new UpstreamUnavailable(
              new UpstreamFailure.TimedOut(
                  "no answer to initialize; " + child.describeEnd(), true));
      case Answer.Failed(var failure) ->
          throw new UpstreamUnavailable(new UpstreamFailure.Unreachable(failure.detail()));
      case Answer.Whole _, Answer.Accepted _, Answer.Streamed _ ->
          throw new UpstreamUnavailable(
              new UpstreamFailure.BadAnswer("initialize was not answered with an object"));
    }
    var failure = child.tell(Payload.of(OwnMessages.notification(Methods.INITIALIZED)), deadline);
    if (failure != null) {
      throw new UpstreamUnavailable(failure);
    }
  }

  /** Whether the child still answers; any answer will do. */
  boolean isResponsive(Child child, Deadline deadline) throws InterruptedException {
    return ask(child, Methods.PING, Slice.utf8("{}"), deadline) instanceof Answer.Whole;
  }

  /** Asks on the gateway's own behalf and waits for the answer. */
  Answer ask(Child child, String method, Slice params, Deadline deadline)
      throws InterruptedException {
    var request = OutboundRequest.own(ids.getAsLong(), method, params);
    var context = new CallContext(Principal.GATEWAY, deadline, TraceContext.start());
    var line = ChildWriter.line(PendingCall.body(request));
    return FinalAnswers.await(child.ask(line, request, context, _ -> {}));
  }
}
