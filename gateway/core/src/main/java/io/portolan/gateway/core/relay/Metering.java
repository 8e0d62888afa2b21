package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.Quotas;
import io.portolan.tenancy.Quotas.Outcome;
import io.portolan.tenancy.Quotas.Used;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets what costs a server something through when the caller's quotas grant it, and settles what
 * was reserved for it when it has ended. Thread-safe.
 */
final class Metering {
  private static final Set<String> METERED =
      Set.of(
          Methods.TOOLS_CALL,
          Methods.RESOURCES_READ,
          Methods.PROMPTS_GET,
          Methods.COMPLETION_COMPLETE);

  private final Quotas quotas;
  private final OverLimit overLimit;

  Metering(Quotas quotas, OverLimit overLimit) {
    this.quotas = quotas;
    this.overLimit = overLimit;
  }

  /** What is done with a request that is let through. */
  interface Work {
    CallRecord on(Call call) throws InterruptedException;
  }

  CallRecord metered(Call call, Message message, Work work) throws InterruptedException {
    if (quotas.equals(Quotas.NONE)
        || !(message instanceof Message.Request request)
        || !METERED.contains(request.method())) {
      return work.on(call);
    }
    return switch (quotas.reserve(caller(call), tool(request))) {
      case Outcome.Granted(var reservation) -> {
        var used = Used.CALLED;
        try {
          var record = work.on(call);
          used = isUndone(record) ? Used.NOTHING : used;
          yield record;
        } finally {
          reservation.settle(used);
        }
      }
      case Outcome.Exceeded exceeded -> overLimit.quota(call.asks(request), request.id(), exceeded);
      case Outcome.Unavailable unavailable ->
          overLimit.quota(call.asks(request), request.id(), unavailable);
    };
  }

  private static Caller caller(Call call) {
    var principal = call.inbound().context().principal();
    return principal.equals(Principal.ANONYMOUS)
        ? Caller.ANONYMOUS
        : new Caller(principal, "unknown", null, Set.of(), Set.of(), Set.of());
  }

  private static @Nullable String tool(Message.Request request) {
    var params = request.params();
    if (params == null || !request.method().equals(Methods.TOOLS_CALL)) {
      return null;
    }
    var name = params.get("name");
    return name == null || !name.isString() ? null : name.string();
  }

  /** Whether no server was asked. */
  static boolean isUndone(CallRecord record) {
    return switch (record.outcome()) {
      case BAD_REQUEST, NOT_FOUND, OVERLOADED, UPSTREAM_SUSPENDED, UPSTREAM_THROTTLED -> true;
      default -> false;
    };
  }
}
