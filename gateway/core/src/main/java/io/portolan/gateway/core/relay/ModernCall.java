package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import org.jspecify.annotations.Nullable;

/**
 * One request of a modern client on its way.
 *
 * @param call the exchange with the client
 * @param view the names the client uses
 * @param request what the client asks
 * @param cancellation gives it up when the client disconnects
 */
record ModernCall(Call call, View view, Message.Request request, Cancellation cancellation) {

  /** The token under which the client wants progress; null when it wants none. */
  @Nullable Slice progressToken() {
    var params = request.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    return meta == null ? null : meta.get(MetaKeys.PROGRESS_TOKEN);
  }

  /** Why nobody waits for the answer any more. */
  UpstreamFailure gone() {
    return cancellation.isBarred()
        ? new UpstreamFailure.Barred()
        : new UpstreamFailure.Cancelled("the client has gone");
  }

  /** A failure as it is to be told: what was given up may not have been by the client's wish. */
  UpstreamFailure told(UpstreamFailure failure) {
    return failure instanceof UpstreamFailure.Cancelled && cancellation.isBarred()
        ? new UpstreamFailure.Barred()
        : failure;
  }

  /** The context of the call to a server. */
  CallContext contextFor(Server server) {
    return call.contextFor(server);
  }
}
