package io.portolan.gateway.core.edge;

import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Action;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.AuditEvent.Verdict;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.AuditLog.Handed;
import io.portolan.tenancy.TenantId;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that leaves an event of each request that has ended with the audit log: also of those
 * that were refused, and of none that nobody can act by (pings, notifications). Handing it over
 * takes no I/O. Thread-safe.
 */
public final class AuditedGateway implements McpGateway {
  private static final Verdict DENIED = new Verdict(AuditEvent.Effect.DENY, null);
  private static final String NOTIFICATIONS = "notifications/";
  private static final Map<CallRecord.Outcome, String> STATUS = status();

  /** Whose requests are told. */
  public enum Whose {
    /** Those of callers that proved who they are. */
    SIGNED_IN,
    /** Those of anonymous callers as well. */
    EVERYBODY
  }

  /**
   * What an event is told with.
   *
   * @param counts learns what the log could not take
   * @param clock says when
   */
  public record Told(LimitCounts counts, InstantSource clock) {}

  private final McpGateway gateway;
  private final AuditLog audit;
  private final LimitCounts counts;
  private final InstantSource clock;
  private volatile Whose whose;

  /** Tells of what {@code gateway} does. */
  public AuditedGateway(McpGateway gateway, AuditLog audit, Whose whose, Told told) {
    this.gateway = gateway;
    this.audit = audit;
    this.whose = whose;
    this.counts = told.counts();
    this.clock = told.clock();
  }

  /** Whose requests are told from now on. */
  public void tell(Whose other) {
    whose = other;
  }

  private static Map<CallRecord.Outcome, String> status() {
    var names = new EnumMap<CallRecord.Outcome, String>(CallRecord.Outcome.class);
    for (var outcome : CallRecord.Outcome.values()) {
      names.put(outcome, outcome.name().toLowerCase(Locale.ROOT));
    }
    return names;
  }

  @Override
  public CallRecord post(Inbound inbound, Reply reply) throws InterruptedException {
    if (whose == Whose.SIGNED_IN && inbound.caller().isAnonymous()) {
      return gateway.post(inbound, reply);
    }
    var began = System.nanoTime();
    var record = gateway.post(inbound, reply);
    if (isTold(record.method())) {
      var event = event(inbound, record, System.nanoTime() - began);
      if (audit.after(event) == Handed.LOST) {
        counts.reached(Limit.AUDIT_EVENTS);
      }
    }
    return record;
  }

  private static boolean isTold(String method) {
    return !method.isEmpty() && !method.equals(Methods.PING) && !method.startsWith(NOTIFICATIONS);
  }

  private AuditEvent event(Inbound inbound, CallRecord record, long nanos) {
    var caller = inbound.caller();
    var trace = record.trace();
    return new AuditEvent(
        clock.instant(),
        caller,
        new Action(
            null,
            record.method(),
            record.server(),
            record.tool(),
            inputHash(caller.tenant(), record.arguments())),
        record.outcome() == CallRecord.Outcome.DENIED ? DENIED : Verdict.NO_RULES,
        new Phase.Ended(Objects.requireNonNull(STATUS.get(record.outcome())), nanos),
        trace == null ? inbound.context().trace() : trace);
  }

  private @Nullable String inputHash(TenantId tenant, @Nullable Slice arguments) {
    return arguments == null
        ? null
        : audit.inputHash(tenant, arguments.array(), arguments.from(), arguments.to());
  }

  @Override
  public CallRecord get(Inbound inbound, Reply reply) throws InterruptedException {
    return gateway.get(inbound, reply);
  }

  @Override
  public CallRecord delete(Inbound inbound, Reply reply) throws InterruptedException {
    return gateway.delete(inbound, reply);
  }

  @Override
  public List<ServerStatus> servers() {
    return gateway.servers();
  }

  @Override
  public boolean ready() {
    return gateway.ready();
  }

  @Override
  public Gauges gauges() {
    return gateway.gauges();
  }
}
