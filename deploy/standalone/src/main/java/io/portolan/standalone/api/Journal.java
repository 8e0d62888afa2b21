package io.portolan.standalone.api;

import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Action;
import io.portolan.tenancy.AuditEvent.Effect;
import io.portolan.tenancy.AuditEvent.Kind;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.AuditEvent.Verdict;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TraceContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/** Tells the audit log of changes that are asked for over the API. Thread-safe. */
final class Journal {
  private static final Duration RECORDED_WITHIN = Duration.ofSeconds(5);

  private final AuditLog log;
  private final InstantSource clock;

  Journal(AuditLog log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  /** One change, under the same id before and after. */
  record Entry(Caller caller, Action action, TraceContext trace, long beganNanos) {}

  /** Begins an entry; nothing is recorded yet. */
  static Entry entry(Caller caller, Endpoint endpoint) {
    var callId = UUID.randomUUID().toString();
    var action = new Action(Kind.MANAGEMENT, callId, endpoint.name(), null, null, null);
    return new Entry(caller, action, TraceContext.start(), System.nanoTime());
  }

  /** Records what is about to be done; false when it cannot be, and must not be done. */
  boolean intend(Entry entry, Deadline deadline) throws InterruptedException {
    var event = event(entry, Effect.ALLOW, new Phase.Intended());
    return log.before(event, deadline.orIn(RECORDED_WITHIN)) instanceof AuditLog.Before.Recorded;
  }

  /** Records how it ended. */
  void ended(Entry entry, int status) {
    over(entry, Effect.ALLOW, status);
  }

  /** Records that it was not allowed. */
  void denied(Entry entry, int status) {
    over(entry, Effect.DENY, status);
  }

  private void over(Entry entry, Effect effect, int status) {
    var nanos = System.nanoTime() - entry.beganNanos();
    var _ = log.after(event(entry, effect, new Phase.Ended("http_" + status, nanos)));
  }

  private AuditEvent event(Entry entry, Effect effect, Phase phase) {
    return new AuditEvent(
        clock.instant(),
        entry.caller(),
        entry.action(),
        new Verdict(effect, null),
        phase,
        entry.trace());
  }
}
