package io.portolan.standalone.registry;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.registry.pin.Observed;
import io.portolan.registry.pin.Pin;
import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Action;
import io.portolan.tenancy.AuditEvent.Effect;
import io.portolan.tenancy.AuditEvent.Kind;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.AuditEvent.Verdict;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.TraceContext;
import io.portolan.tenancy.webhook.EventType;
import io.portolan.tenancy.webhook.Webhooks;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tells of definitions that are new or others than before: in the gateway's log, in the tenant's
 * audit log, and to its webhooks. Thread-safe; blocks on the store.
 */
final class PinNews {
  private static final System.Logger LOG = System.getLogger(PinNews.class.getName());

  /** Of one look at a server; a server with more is new as a whole. */
  private static final int TOLD_MAX = 100;

  private final AuditLog audit;
  private final Webhooks webhooks;
  private final InstantSource clock;

  PinNews(AuditLog audit, Webhooks webhooks, InstantSource clock) {
    this.audit = audit;
    this.webhooks = webhooks;
    this.clock = clock;
  }

  /**
   * Tells.
   *
   * @param handle what the server is called by its callers
   */
  void moved(TenantId tenant, String handle, List<Pin> moved, Deadline deadline)
      throws InterruptedException {
    var waiting = moved.stream().filter(pin -> pin.state() != Pin.State.APPROVED).toList();
    var level = waiting.isEmpty() ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING;
    LOG.log(
        level,
        "server {0} of {1}: {2} definitions are new or changed, {3} of them wait for an approval",
        handle,
        tenant,
        moved.size(),
        waiting.size());
    moved.stream().limit(TOLD_MAX).forEach(pin -> record(tenant, handle, pin));
    if (!waiting.isEmpty()) {
      var data = data(tenant, handle, waiting);
      var _ = webhooks.tell(tenant, EventType.SERVER_CHANGED, data, deadline);
    }
  }

  private void record(TenantId tenant, String handle, Pin pin) {
    var gateway =
        new Caller(new Principal(tenant, "gateway"), "gateway", null, Set.of(), Set.of(), Set.of());
    var tool = pin.kind() == Observed.Kind.TOOL ? pin.name() : null;
    var action = new Action(Kind.MANAGEMENT, null, "pin " + label(pin.state()), handle, tool, null);
    var _ =
        audit.after(
            new AuditEvent(
                clock.instant(),
                gateway,
                action,
                new Verdict(Effect.ALLOW, null),
                new Phase.Ended(label(pin.change().grade()), 0),
                TraceContext.start()));
  }

  private static String data(TenantId tenant, String handle, List<Pin> waiting) {
    var json =
        new JsonWriter()
            .beginObject()
            .member("tenant", tenant.value())
            .member("server", handle)
            .member("waiting", waiting.size())
            .name("definitions")
            .beginArray();
    for (var pin : waiting.subList(0, Math.min(waiting.size(), TOLD_MAX))) {
      json.beginObject()
          .member("kind", label(pin.kind()))
          .member("name", pin.name())
          .member("state", label(pin.state()))
          .member("change", label(pin.change().grade()))
          .endObject();
    }
    return json.endArray().endObject().toSlice().text();
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
