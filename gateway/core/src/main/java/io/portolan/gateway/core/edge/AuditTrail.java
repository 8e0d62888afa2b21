package io.portolan.gateway.core.edge;

import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Action;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.AuditEvent.Verdict;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.AuditLog.Before;
import io.portolan.tenancy.AuditLog.Handed;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells the audit log of requests. Thread-safe. */
public final class AuditTrail {
  private static final Map<CallRecord.Outcome, String> STATUS = status();

  /** Whose requests are told. */
  public enum Whose {
    NOBODY,
    /** Those of callers that proved who they are. */
    SIGNED_IN,
    /** Those of anonymous callers as well. */
    EVERYBODY
  }

  /** Nobody is told of anything. */
  public static final AuditTrail NONE =
      new AuditTrail(AuditLog.NONE, Whose.NOBODY, new LimitCounts(), InstantSource.system());

  private final AuditLog audit;
  private final LimitCounts counts;
  private final InstantSource clock;
  private volatile Whose whose;

  /**
   * A trail into a log.
   *
   * @param counts learns what the log could not take
   * @param clock says when
   */
  public AuditTrail(AuditLog audit, Whose whose, LimitCounts counts, InstantSource clock) {
    this.audit = audit;
    this.whose = whose;
    this.counts = counts;
    this.clock = clock;
  }

  private static Map<CallRecord.Outcome, String> status() {
    var names = new EnumMap<CallRecord.Outcome, String>(CallRecord.Outcome.class);
    for (var outcome : CallRecord.Outcome.values()) {
      names.put(outcome, outcome.name().toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /** Whose requests are told from now on. */
  public void tell(Whose other) {
    whose = other;
  }

  /** Whether a caller's requests are told. */
  public boolean tells(Caller caller) {
    return switch (whose) {
      case NOBODY -> false;
      case SIGNED_IN -> !caller.isAnonymous();
      case EVERYBODY -> true;
    };
  }

  /**
   * Records a tool's call that is about to be made; blocks until that is durable.
   *
   * @return what ties it to what is told afterwards; null when it was not recorded, and the call
   *     must not be made
   */
  public @Nullable String before(
      Inbound inbound, String method, Tool tool, @Nullable Slice arguments, Deadline deadline)
      throws InterruptedException {
    var caller = inbound.caller();
    var callId = UUID.randomUUID().toString();
    var hash = inputHash(caller.tenant(), arguments);
    var event =
        new AuditEvent(
            clock.instant(),
            caller,
            new Action(callId, method, tool.server(), tool.name(), hash),
            new Verdict(AuditEvent.Effect.ALLOW, tool.rule()),
            new Phase.Intended(),
            inbound.context().trace());
    return audit.before(event, deadline) instanceof Before.Recorded ? callId : null;
  }

  /**
   * A tool, by its server's own name.
   *
   * @param rule the rule that allows the call; null where none was asked
   */
  public record Tool(String server, String name, @Nullable String rule) {}

  /** Leaves a request that has ended with the log; takes no I/O. */
  public void after(Inbound inbound, CallRecord record, long nanos) {
    var caller = inbound.caller();
    var trace = record.trace();
    var event =
        new AuditEvent(
            clock.instant(),
            caller,
            new Action(
                record.callId(),
                record.method(),
                record.server(),
                record.tool(),
                inputHash(caller.tenant(), record.arguments())),
            new Verdict(
                switch (record.outcome()) {
                  case DENIED, WITHHELD -> AuditEvent.Effect.DENY;
                  default -> AuditEvent.Effect.ALLOW;
                },
                record.rule()),
            new Phase.Ended(Objects.requireNonNull(STATUS.get(record.outcome())), nanos),
            trace == null ? inbound.context().trace() : trace);
    if (audit.after(event) == Handed.LOST) {
      counts.reached(Limit.AUDIT_EVENTS);
    }
  }

  private @Nullable String inputHash(TenantId tenant, @Nullable Slice arguments) {
    return arguments == null
        ? null
        : audit.inputHash(tenant, arguments.array(), arguments.from(), arguments.to());
  }
}
