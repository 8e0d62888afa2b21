package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.sessionless.ServerLinks;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.BodyBuffers;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.Message;
import java.util.List;

/** Carries requests of legacy clients to their servers and the answers back. Thread-safe. */
final class LegacyRelay {
  private final Federation federation;
  private final ServerLinks links;
  private final OverLimit overLimit;
  private final Gates gates;
  private final CallsUnderWay underWay;

  LegacyRelay(
      Federation federation,
      ServerLinks links,
      OverLimit overLimit,
      Gates gates,
      CallsUnderWay underWay) {
    this.federation = federation;
    this.links = links;
    this.overLimit = overLimit;
    this.gates = gates;
    this.underWay = underWay;
  }

  /** Carries a request to its server and the answer back. */
  CallRecord request(Call call, LegacySession session, View view, Message.Request request)
      throws InterruptedException {
    return switch (view.route(request)) {
      case View.Route.Nowhere(var reason, var message) ->
          call.error(200, request.id(), code(reason), message);
      case View.Route.Refused refused ->
          gates
              .approving()
              .refused(call, view, request, refused, by -> request(call, session, by, request));
      case View.Route.To to -> {
        var refused = gates.intents().refused(call, request, to);
        yield refused == null ? begun(call, session, view, request, to) : refused;
      }
    };
  }

  private CallRecord begun(
      Call call, LegacySession session, View view, Message.Request request, View.Route.To to)
      throws InterruptedException {
    return switch (session.begin(request.id())) {
      case LegacySession.Beginning.Begun(var inFlight) ->
          carry(
              new LegacyCall(
                  call,
                  session,
                  view,
                  request,
                  inFlight,
                  underWay.begins(call.inbound().barred(), inFlight.cancellation()::bar)),
              to);
      case LegacySession.Beginning.SameId _ ->
          call.error(
              200,
              request.id(),
              ErrorCode.INVALID_REQUEST,
              "A request with id " + request.id().text() + " is under way in this session already");
      case LegacySession.Beginning.TooMany _ ->
          overLimit.calls(call, request.id(), LegacySession.IN_FLIGHT_MAX);
    };
  }

  private static ErrorCode code(View.Reason reason) {
    return switch (reason) {
      case INVALID_PARAMS, UNKNOWN_NAME -> ErrorCode.INVALID_PARAMS;
      case UNKNOWN_RESOURCE -> ErrorCode.RESOURCE_NOT_FOUND;
      case UNKNOWN_METHOD -> ErrorCode.METHOD_NOT_FOUND;
    };
  }

  private CallRecord carry(LegacyCall ask, View.Route.To first) throws InterruptedException {
    var server = first.server();
    var context = ask.contextFor(server);
    ask.call().to(server, first.name()).by(first.rule());
    var handedOver = false;
    try {
      var link = links.get(ask.session(), server, context.deadline());
      var outbound = outbound(ask, first, link);
      var answer = link.request(outbound, context);
      if (answer instanceof Answer.Failed(UpstreamFailure.SessionLost _)) {
        // The server did not act on the request: it is asked again in another session, once.
        ask.session().lost(server.name(), link);
        link = links.get(ask.session(), server, context.deadline());
        outbound = outbound(ask, (View.Route.To) ask.view().route(ask.request()), link);
        answer = link.request(outbound, context);
      } else if (Repetition.isDue(server, outbound, answer, context.deadline())) {
        outbound = outbound(ask, (View.Route.To) ask.view().route(ask.request()), link);
        answer = link.request(outbound, context);
      }
      var from = new Source(server, link, outbound.id(), context);
      handedOver = answer instanceof Answer.Streamed;
      return answered(ask, from, answer);
    } catch (UpstreamUnavailable e) {
      return failed(ask, server, ask.told(e.failure()));
    } finally {
      if (!handedOver) {
        ask.end();
      }
    }
  }

  private CallRecord answered(LegacyCall ask, Source from, Answer answer)
      throws InterruptedException {
    return switch (answer) {
      case Answer.Failed(var why) -> {
        var failure = ask.told(why);
        if (!ask.inFlight().withdrawn()) {
          Withdrawals.after(failure, from.link(), from.id(), from.context());
        }
        yield failed(ask, from.server(), failure);
      }
      case Answer.Accepted _ -> ask.call().accepted();
      case Answer.Whole(var message, var _) -> whole(ask, from, message);
      case Answer.Streamed(var stream) -> new Pump(federation, ask, from).answer(stream);
    };
  }

  private static CallRecord whole(LegacyCall ask, Source from, Message.Answer message) {
    var answer = Answered.of(message);
    if (answer.result() != null) {
      ask.session().subscriptions().note(from.server().name(), ask.request());
    }
    if (ask.inFlight().withdrawn()) {
      return withdrawn(ask); // the server was quicker than the cancellation, or did not heed it
    }
    var record = ask.call().whole(ask.toClient(answer, from), ask.call().outcome(answer));
    BodyBuffers.giveBack(message.bytes());
    return record;
  }

  private static OutboundRequest outbound(LegacyCall ask, View.Route.To to, UpstreamLink link) {
    var request = ask.request();
    var id = link.nextId();
    ask.inFlight().at(link, id);
    return new OutboundRequest(
        id,
        request,
        to.splice(),
        request.method(),
        to.name(),
        List.of(),
        ask.inFlight().cancellation());
  }

  private CallRecord failed(LegacyCall ask, Server server, UpstreamFailure failure) {
    if (ask.inFlight().withdrawn()) {
      return withdrawn(ask);
    }
    if (failure instanceof UpstreamFailure.GrantNeeded needed
        && GrantRequests.takesUrls(ask.session())) {
      ask.call().goesOn();
      var error = GrantRequests.error(ask.request().id(), needed);
      return ask.call().error(200, error, Failures.outcome(needed));
    }
    if (Failures.isWorthACheck(failure)) {
      federation.check(server.name());
    }
    return ask.call().failed(ask.request().id(), server, failure);
  }

  /** The client asked for no answer: it gets none. */
  private static CallRecord withdrawn(LegacyCall ask) {
    ask.call().reply().empty(202, List.of());
    return ask.call().record(Outcome.CANCELLED);
  }
}
