package io.portolan.gateway.core.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.view.AdmittedView;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.access.Approvals;
import io.portolan.tenancy.access.Approvals.Answer;
import io.portolan.tenancy.access.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets what needs an approval through once, when somebody gave one for the very same arguments, and
 * asks for one otherwise. Blocks on the store, which only such requests do. Thread-safe.
 */
final class Approving {
  private static final System.Logger LOG = System.getLogger(Approving.class.getName());
  private static final Duration STORE_MAX = Duration.ofSeconds(5);
  private static final int RETRY_SECONDS = 1;

  private final Approvals approvals;

  Approving(Approvals approvals) {
    this.approvals = approvals;
  }

  /** Carries the request by another view. */
  @FunctionalInterface
  interface Carrying {
    CallRecord by(View view) throws InterruptedException;
  }

  /** Answers a request that may not be carried by a view, or carries it after all. */
  CallRecord refused(
      Call call, View view, Message.Request request, View.Route.Refused refused, Carrying carrying)
      throws InterruptedException {
    if (!(refused.decision() instanceof Decision.ApprovalNeeded needed)
        || !(view instanceof AdmittedView admitted)) {
      return Denials.answer(call, request.id(), refused);
    }
    var caller = call.inbound().caller();
    var params = request.params();
    var arguments = params == null ? null : params.get("arguments");
    var action =
        new Approvals.Action(
            caller,
            needed.item(),
            needed.rule(),
            needed.argumentsHash(),
            arguments == null ? "" : arguments.text());
    call.to(refused.server(), needed.item().name()).by(needed.rule());
    var deadline = call.inbound().context().deadline().orIn(STORE_MAX);
    return switch (approvals.redeem(action, deadline)) {
      case Answer.Approved(var id) -> approved(call, id, admitted.withApproval(needed), carrying);
      case Answer.Pending(var id, var until) ->
          answer(
              call,
              request,
              "Somebody has to approve of exactly these arguments first: "
                  + refused.what()
                  + ". Make the same call again once approval "
                  + id
                  + " is given",
              new Told(id, "pending", until, needed.argumentsHash()));
      case Answer.Rejected(var id, var rationale, var until) ->
          answer(
              call,
              request,
              "Somebody decided against it: "
                  + refused.what()
                  + (rationale.isEmpty() ? "" : ". They say: " + rationale),
              new Told(id, "rejected", until, needed.argumentsHash()));
      case Answer.TooLong(var bytesMax) ->
          answer(
              call,
              request,
              "The arguments have %d bytes; of more than %d nobody can approve: %s"
                  .formatted(action.arguments().getBytes(UTF_8).length, bytesMax, refused.what()),
              null);
      case Answer.Full(var max) ->
          answer(
              call,
              request,
              max + " actions wait for an approval already; more cannot be asked for",
              null);
      case Answer.Unavailable(var reason) -> unavailable(call, request, reason);
    };
  }

  private CallRecord approved(Call call, String id, View view, Carrying carrying)
      throws InterruptedException {
    var isDone = true;
    call.approved();
    try {
      var record = carrying.by(view);
      isDone = !call.isToGoOn() && !Metering.isUndone(record);
      return record;
    } finally {
      if (!isDone) {
        var tenant = call.inbound().caller().tenant();
        approvals.giveBack(tenant, id, Deadline.in(STORE_MAX));
      }
    }
  }

  /** What a program can act by. */
  private record Told(String id, String status, Instant until, String argumentsHash) {}

  private static CallRecord answer(
      Call call, Message.Request request, String message, @Nullable Told told) {
    if (told == null) {
      return call.error(
          200, Replies.error(request.id(), ErrorCode.APPROVAL_NEEDED, message), Outcome.DENIED);
    }
    var data =
        new JsonWriter()
            .beginObject()
            .member("approvalId", told.id())
            .member("status", told.status())
            .member("until", told.until().toString())
            .member("argumentsSha256", told.argumentsHash())
            .endObject()
            .toSlice();
    return call.error(
        200, Replies.error(request.id(), ErrorCode.APPROVAL_NEEDED, message, data), Outcome.DENIED);
  }

  private static CallRecord unavailable(Call call, Message.Request request, String reason) {
    LOG.log(System.Logger.Level.WARNING, "approvals cannot be looked at: {0}", reason);
    call.reply()
        .whole(
            503,
            List.of(new Reply.Header("Retry-After", Integer.toString(RETRY_SECONDS))),
            Replies.error(
                request.id(),
                ErrorCode.OVERLOADED,
                "Approvals cannot be looked at now; try again"));
    return call.record(Outcome.OVERLOADED);
  }
}
