package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.relay.CallsUnderWay.UnderWay;
import io.portolan.gateway.core.session.InFlight;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Payload;
import io.portolan.tenancy.CallContext;

/**
 * One request of a legacy session on its way.
 *
 * @param call the exchange with the client
 * @param session the client's session
 * @param view the names the client uses
 * @param request what the client asks
 * @param inFlight the session's note of it
 * @param underWay the gateway's note of it
 */
record LegacyCall(
    Call call,
    LegacySession session,
    View view,
    Message.Request request,
    InFlight inFlight,
    UnderWay underWay) {

  /** The context of the call to a server. */
  CallContext contextFor(Server server) {
    return call.contextFor(server);
  }

  /** A server's answer in the client's terms. */
  Payload toClient(Answered read, Source from) {
    var answer = Screened.result(call, view, request, read);
    var message = answer.message();
    var splice = view.toClient(from.server(), answer).replace(message.id(), request.id());
    return splice.apply();
  }

  /** A failure as it is to be told: what was given up may not have been by the client's wish. */
  UpstreamFailure told(UpstreamFailure failure) {
    return failure instanceof UpstreamFailure.Cancelled && inFlight.cancellation().isBarred()
        ? new UpstreamFailure.Barred()
        : failure;
  }

  /** The request has its answer, or will have none. */
  void end() {
    underWay.over();
    session.end(request.id(), inFlight);
  }
}
