package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.parked.Declared;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.BodyBuffers;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.HeaderCheck;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ParamHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Carries requests of modern clients to their servers and the answers back. Thread-safe. */
final class ModernRelay {
  private static final String PARAM_PREFIX = ParamHeaders.PREFIX.toLowerCase(Locale.ROOT);

  private final Federation federation;
  private final PrincipalLinks principalLinks;
  private final Asking asking;
  private final Gates gates;
  private final CallsUnderWay underWay;

  ModernRelay(
      Federation federation,
      PrincipalLinks principalLinks,
      Asking asking,
      Gates gates,
      CallsUnderWay underWay) {
    this.federation = federation;
    this.principalLinks = principalLinks;
    this.asking = asking;
    this.gates = gates;
    this.underWay = underWay;
  }

  /** Carries a request to its server and the answer back. */
  CallRecord request(Call call, View view, Message.Request request) throws InterruptedException {
    return switch (view.route(request)) {
      case View.Route.Nowhere(var reason, var message) -> {
        var isMethod = reason == View.Reason.UNKNOWN_METHOD;
        var undeclared = isMethod ? null : ModernTasks.undeclared(call, request);
        yield undeclared != null
            ? undeclared
            : call.error(
                isMethod ? 404 : 200,
                request.id(),
                isMethod ? ErrorCode.METHOD_NOT_FOUND : ErrorCode.INVALID_PARAMS,
                message);
      }
      case View.Route.Refused refused ->
          gates.approving().refused(call, view, request, refused, by -> request(call, by, request));
      case View.Route.To to -> {
        var mismatch = headerMismatch(call, to, request);
        if (mismatch.isPresent()) {
          yield call.error(400, request.id(), ErrorCode.HEADER_MISMATCH, mismatch.get().message());
        }
        var refused = gates.intents().refused(call, request, to);
        yield refused == null
            ? begun(new ModernCall(call, view, request, new Cancellation()), to)
            : refused;
      }
    };
  }

  private CallRecord begun(ModernCall ask, View.Route.To to) throws InterruptedException {
    var call = underWay.begins(ask.call().inbound().barred(), ask.cancellation()::bar);
    try {
      return request(ask, to);
    } finally {
      call.over();
    }
  }

  private CallRecord request(ModernCall ask, View.Route.To to) throws InterruptedException {
    var server = to.server();
    ask.call().to(server, to.name()).by(to.rule());
    ask.call().reply().cancelOnDisconnect(ask.cancellation());
    var snapshot = server.snapshot();
    if (snapshot == null) {
      return failed(ask, server, new UpstreamFailure.Unreachable(server.reason()));
    }
    return snapshot.profile().speaks(Era.MODERN)
        ? toModern(ask, to)
        : asking.request(ask, to, () -> overSession(ask, to));
  }

  /** The server has seen nothing of a call that waited for a grant, nor may it of the retry. */
  private CallRecord toModern(ModernCall ask, View.Route.To to) throws InterruptedException {
    var link = to.server().upstream().modern();
    return switch (asking.retry(ask)) {
      case NOT_OURS -> send(ask, to, link);
      case DECLINED -> Asking.declined(ask, to.server());
      case GO_ON -> {
        var fresh =
            new ModernCall(
                ask.call(), ask.view(), Asking.begunAnew(ask.request()), ask.cancellation());
        yield send(fresh, again(fresh), link);
      }
    };
  }

  /** A server that lost the session did not act on the request: another one is opened, once. */
  private CallRecord overSession(ModernCall ask, View.Route.To first) throws InterruptedException {
    var server = first.server();
    var context = ask.contextFor(server);
    try (var held = principalLinks.hold(context.principal())) {
      if (held == null) {
        return failed(ask, server, new UpstreamFailure.Saturated("too many principals"));
      }
      var link = held.links().get(server.name(), server.upstream(), context.deadline());
      var outbound = outbound(ask, first, link);
      var answer = link.request(outbound, context);
      if (answer instanceof Answer.Failed(UpstreamFailure.SessionLost _)) {
        held.links().lost(server.name(), link);
        link = held.links().get(server.name(), server.upstream(), context.deadline());
        outbound = outbound(ask, again(ask), link);
        answer = link.request(outbound, context);
      } else if (Repetition.isDue(server, outbound, answer, context.deadline())) {
        outbound = outbound(ask, again(ask), link);
        answer = link.request(outbound, context);
      }
      return answered(ask, new Source(server, link, outbound.id(), context), answer);
    } catch (UpstreamUnavailable e) {
      return failed(ask, server, e.failure());
    }
  }

  private CallRecord send(ModernCall ask, View.Route.To to, UpstreamLink link)
      throws InterruptedException {
    var context = ask.contextFor(to.server());
    var outbound = outbound(ask, to, link);
    var answer = link.request(outbound, context);
    if (Repetition.isDue(to.server(), outbound, answer, context.deadline())) {
      outbound = outbound(ask, again(ask), link);
      answer = link.request(outbound, context);
    }
    return answered(ask, new Source(to.server(), link, outbound.id(), context), answer);
  }

  /** The same route with a splice of its own: each is used once. */
  private static View.Route.To again(ModernCall ask) {
    return (View.Route.To) ask.view().route(ask.request());
  }

  private static OutboundRequest outbound(ModernCall ask, View.Route.To to, UpstreamLink link) {
    var request = ask.request();
    var isModern = link.era() == Era.MODERN;
    if (!isModern) {
      Bridge.toLegacy(request, to.splice());
    }
    return new OutboundRequest(
        link.nextId(),
        request,
        to.splice(),
        request.method(),
        to.name(),
        isModern ? paramHeaders(ask.call()) : List.of(),
        ask.cancellation());
  }

  private CallRecord answered(ModernCall ask, Source from, Answer answer)
      throws InterruptedException {
    return switch (answer) {
      case Answer.Failed(var why) -> {
        var failure = ask.told(why);
        Withdrawals.after(failure, from.link(), from.id(), from.context());
        yield failed(ask, from.server(), failure);
      }
      case Answer.Accepted _ -> ask.call().accepted();
      case Answer.Whole(var message, var status) -> {
        var read = Answered.of(message);
        var modern = new ModernAnswer(ask, from.server(), from.link().era());
        ask.call().reply().whole(modern.status(message, status), List.of(), modern.toClient(read));
        var record = ask.call().record(ask.call().outcome(read));
        BodyBuffers.giveBack(message.bytes());
        yield record;
      }
      case Answer.Streamed(var stream) ->
          ask.call()
              .record(
                  new ModernAnswer(ask, from.server(), from.link().era())
                      .pump(stream, from, federation));
    };
  }

  /** Compares the arguments that a tool wants repeated in headers with those headers. */
  private static Optional<HeaderCheck.Mismatch> headerMismatch(
      Call call, View.Route.To to, Message.Request request) {
    var snapshot = to.server().snapshot();
    var name = to.name();
    if (snapshot == null || name == null || !request.method().equals(Methods.TOOLS_CALL)) {
      return Optional.empty();
    }
    var repeated = snapshot.toolHeaders().get(name);
    var params = request.params();
    return repeated != null
            && params != null
            && repeated.check(call.inbound().headers(), params.get("arguments"))
                instanceof HeaderCheck.Mismatch mismatch
        ? Optional.of(mismatch)
        : Optional.empty();
  }

  private static List<OutboundRequest.Header> paramHeaders(Call call) {
    var headers = new ArrayList<OutboundRequest.Header>(0);
    call.inbound()
        .headers()
        .eachWithPrefix(
            PARAM_PREFIX, (name, value) -> headers.add(new OutboundRequest.Header(name, value)));
    return headers;
  }

  private CallRecord failed(ModernCall ask, Server server, UpstreamFailure failure) {
    if (failure instanceof UpstreamFailure.GrantNeeded needed
        && Declared.of(ask.request()).takesUrls()) {
      ask.call().goesOn();
      return ask.call().whole(asking.grantRequired(ask, needed), Outcome.OK);
    }
    if (Failures.isWorthACheck(failure)) {
      federation.check(server.name());
    }
    return ask.call().failed(ask.request().id(), server, failure);
  }
}
