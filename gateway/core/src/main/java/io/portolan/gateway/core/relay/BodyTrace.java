package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.tenancy.TraceContext;

/** Finds the trace of a message whose sender named it in the body instead of in a header. */
final class BodyTrace {
  private BodyTrace() {}

  /** The request under the trace its {@code _meta} names; a header, where there is one, wins. */
  static Inbound of(Inbound inbound, Message message) {
    if (!(message instanceof Message.Call call)
        || inbound.headers().first(MetaKeys.TRACEPARENT) != null) {
      return inbound;
    }
    var params = call.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    var said = meta == null ? null : meta.string(MetaKeys.TRACEPARENT);
    var trace = said == null ? null : TraceContext.parse(said).orElse(null);
    if (trace == null) {
      return inbound;
    }
    return inbound.under(trace);
  }
}
