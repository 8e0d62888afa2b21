package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.edge.AuditTrail;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.tenancy.access.Policy;
import io.portolan.tenancy.access.Risk;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records calls of tools that change or destroy what was there (L2, L3) before they are made, so
 * that none of them is ever without a trace. The level is what the rules say, else what the tool
 * says of itself; a tool of which neither says anything is not held up by a write. Thread-safe.
 */
final class Intents {
  private static final Duration RECORDED_WITHIN = Duration.ofSeconds(5);
  private static final List<Reply.Header> RETRY = List.of(new Reply.Header("Retry-After", "1"));

  private final AuditTrail trail;
  private final Policy policy;

  Intents(AuditTrail trail, Policy policy) {
    this.trail = trail;
    this.policy = policy;
  }

  /** Records a call where that is due; the refusal of one that cannot be recorded, else null. */
  @Nullable CallRecord refused(Call call, Message.Request request, View.Route.To to)
      throws InterruptedException {
    var tool = to.name();
    var inbound = call.inbound();
    if (tool == null
        || !request.method().equals(Methods.TOOLS_CALL)
        || !trail.tells(inbound.caller())
        || !isGrave(to.server(), tool)) {
      return null;
    }
    var params = request.params();
    var callId =
        trail.before(
            inbound,
            request.method(),
            new AuditTrail.Tool(to.server().name(), tool, to.rule()),
            params == null ? null : params.get("arguments"),
            inbound.context().deadline().orIn(RECORDED_WITHIN));
    if (callId != null) {
      call.recorded(callId);
      return null;
    }
    call.to(to.server(), tool).by(to.rule());
    call.reply()
        .whole(
            503,
            RETRY,
            Replies.error(
                request.id(),
                ErrorCode.OVERLOADED,
                "The call cannot be recorded now, and was not made; try again"));
    return call.record(Outcome.OVERLOADED);
  }

  private boolean isGrave(Server server, String tool) {
    var declared = policy.declared(server.name(), tool);
    if (declared != null) {
      return declared.compareTo(Risk.L2) >= 0;
    }
    var snapshot = server.snapshot();
    return snapshot != null && snapshot.destructiveTools().contains(tool);
  }
}
