package io.portolan.gateway.core.resilience;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.Condition;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Methods;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import java.time.Clock;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one server's health from the calls to it, and what follows for the next one.
 * One for each server, for as long as the gateway runs. Thread-safe; on the path of a call it takes
 * no lock and allocates nothing.
 */
public final class ServerGuard {
  private static final Set<String> READS =
      Set.of(
          Methods.RESOURCES_READ,
          Methods.PROMPTS_GET,
          Methods.COMPLETION_COMPLETE,
          Methods.TASKS_GET);

  private final Pauses pauses;
  private final CircuitBreaker breaker;
  private final Bulkhead bulkhead;
  private final RetryBudget budget;
  private volatile Set<String> repeatableTools = Set.of();

  /** Knows nothing ill of its server yet. */
  public ServerGuard(GuardSettings settings, Clock clock) {
    this(settings, clock, System::nanoTime);
  }

  ServerGuard(GuardSettings settings, Clock clock, LongSupplier nanos) {
    this.pauses = new Pauses(nanos);
    this.breaker = new CircuitBreaker(settings, clock, nanos);
    this.bulkhead = new Bulkhead(settings);
    this.budget = new RetryBudget(settings.retryPercent());
  }

  /**
   * Takes a place for a call, or says why it must not be made. Who gets null calls {@link #leave}
   * when the call is over. May block for the short wait of the settings.
   *
   * @param caller null where it is not known
   */
  @Nullable UpstreamFailure enter(
      @Nullable Principal caller, Deadline deadline, Cancellation cancellation)
      throws InterruptedException {
    var throttled = pauses.refusal(caller);
    if (throttled != null) {
      return throttled;
    }
    var suspended = breaker.refusal();
    if (suspended != null) {
      return suspended;
    }
    if (!bulkhead.enter(deadline, cancellation)) {
      breaker.undecided();
      return cancellation.isCancelled()
          ? new UpstreamFailure.Cancelled("cancelled while waiting for a place")
          : new UpstreamFailure.Saturated("too many calls are under way");
    }
    budget.called();
    return null;
  }

  void leave() {
    bulkhead.leave();
  }

  /** Takes a place for a call that gave its own back, if there is one at once. */
  boolean enterAgain() {
    return bulkhead.enterAtOnce();
  }

  /** The server answered with this HTTP status, or its equivalent. */
  void answered(int status) {
    var illness = Illness.ofStatus(status);
    if (illness == null) {
      breaker.answered();
    } else {
      breaker.failed(illness);
    }
  }

  /** A call of this caller failed. */
  void failed(UpstreamFailure failure, @Nullable Principal caller) {
    if (failure instanceof UpstreamFailure.Throttled throttled) {
      pauses.asked(throttled, caller);
    }
    var illness = Illness.of(failure);
    if (illness == null) {
      breaker.undecided();
    } else {
      breaker.failed(illness);
    }
  }

  /** A call ended without saying anything of the server. */
  void undecided() {
    breaker.undecided();
  }

  /** The server was reached anew and listed what it offers: it is well. */
  public void recovered() {
    pauses.clear();
    breaker.answered();
  }

  /** Which tools say of themselves that calling them twice is as good as once. */
  public void repeatable(Set<String> tools) {
    repeatableTools = Set.copyOf(tools);
  }

  /** See {@link io.portolan.gateway.core.upstream.Upstream#mayRepeat}. */
  boolean mayRepeat(OutboundRequest request, UpstreamFailure failure) {
    var neverSent =
        failure instanceof UpstreamFailure.Unreachable
            || (failure instanceof UpstreamFailure.BrokenOff && !failure.sent());
    var harmless = failure instanceof UpstreamFailure.BrokenOff && isRepeatable(request);
    return (neverSent || harmless) && !request.cancellation().isCancelled() && budget.take();
  }

  private boolean isRepeatable(OutboundRequest request) {
    var name = request.name();
    return request.method().equals(Methods.TOOLS_CALL)
        ? name != null && repeatableTools.contains(name)
        : READS.contains(request.method());
  }

  /** How it is doing. */
  Condition condition() {
    return new Condition(
        breaker.circuit(),
        breaker.since(),
        breaker.reason(),
        bulkhead.callsInFlight(),
        breaker.openings(),
        bulkhead.refused(),
        budget.taken());
  }
}
