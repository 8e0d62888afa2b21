package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.access.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests for what exists but may not be done, or not so. Which rule says so is for the
 * operator: it goes to the log. Stateless.
 */
final class Denials {
  private static final System.Logger LOG = System.getLogger(Denials.class.getName());

  private Denials() {}

  static CallRecord answer(Call call, Slice id, View.Route.Refused refused) {
    LOG.log(
        System.Logger.Level.DEBUG,
        "trace {0}: {1} of server {2}: {3}",
        call.inbound().context().trace().traceId(),
        refused.what(),
        refused.server().name(),
        refused.decision());
    call.by(rule(refused.decision()));
    var error =
        switch (refused.decision()) {
          case Decision.Screened(var _, var finding) ->
              Replies.error(
                  id,
                  ErrorCode.NOT_ALLOWED,
                  "Not sent: the arguments hold " + finding + ": " + refused.what());
          case Decision.Forbidden _,
              Decision.Withheld _,
              Decision.ApprovalNeeded _,
              Decision.NotAllowed _,
              Decision.Undecidable _,
              Decision.Allowed _ ->
              Replies.error(
                  id,
                  ErrorCode.NOT_ALLOWED,
                  "Not allowed with these arguments or at this time: " + refused.what());
        };
    return call.error(200, error, Outcome.DENIED);
  }

  /** Notes that the result of a call that was made is kept from the caller, and by which rule. */
  static void withheld(Call call, Message.Request request, Decision decision) {
    LOG.log(
        System.Logger.Level.DEBUG,
        "trace {0}: result of {1}: {2}",
        call.inbound().context().trace().traceId(),
        request.method(),
        decision);
    call.withheld(rule(decision));
  }

  /** The rule or guardrail that decided; null where none allowed it. */
  private static @Nullable String rule(Decision decision) {
    return switch (decision) {
      case Decision.Allowed(var rule) -> rule;
      case Decision.Forbidden(var rule) -> rule;
      case Decision.Withheld(var rule) -> rule;
      case Decision.ApprovalNeeded(var rule, var _, var _) -> rule;
      case Decision.Undecidable(var rule, var _) -> rule;
      case Decision.Screened(var guardrail, var _) -> guardrail.isEmpty() ? null : guardrail;
      case Decision.NotAllowed() -> null;
    };
  }
}
