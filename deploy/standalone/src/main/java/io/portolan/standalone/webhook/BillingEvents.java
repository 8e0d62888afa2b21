package io.portolan.standalone.webhook;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Quotas;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.usage.StoredUsage;
import io.portolan.tenancy.usage.Totals;
import io.portolan.tenancy.usage.UsageQuery;
import io.portolan.tenancy.usage.UsageReport;
import io.portolan.tenancy.webhook.EventType;
import io.portolan.tenancy.webhook.Webhook;
import io.portolan.tenancy.webhook.Webhooks;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/*
 * Whoever makes a call waits for nothing here: that a quota is used up goes into a queue, once an
 * hour for each limit of a tenant, and one thread writes it down. The same thread tells the usage of
 * each hour, some minutes after its end, so that all processes have written what they counted.
 */

/** What webhooks are told that nobody asks for: quotas that are used up, and usage. Thread-safe. */
public final class BillingEvents implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(BillingEvents.class.getName());
  private static final int EXHAUSTED_MAX = 1_000;
  private static final int REMEMBERED_MAX = 10_000;
  private static final int HOURS_MAX = 24;
  private static final Duration SETTLED_AFTER = Duration.ofMinutes(2);
  private static final Duration STORE_MAX = Duration.ofSeconds(10);

  private final Webhooks webhooks;
  private final Store store;
  private final StoredUsage usage;
  private final InstantSource clock;
  private final Duration lookInterval;
  private final BlockingQueue<Exhausted> exhausted = new ArrayBlockingQueue<>(EXHAUSTED_MAX);
  private final Map<Limit, Instant> told = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofVirtual().name("billing-events").unstarted(this::run);

  private record Limit(TenantId tenant, String limit) {}

  private record Exhausted(TenantId tenant, String data) {}

  /**
   * @param lookInterval between two looks at the clock and at webhooks that others made
   */
  public BillingEvents(
      Webhooks webhooks,
      Store store,
      StoredUsage usage,
      InstantSource clock,
      Duration lookInterval) {
    this.webhooks = webhooks;
    this.store = store;
    this.usage = usage;
    this.clock = clock;
    this.lookInterval = lookInterval;
  }

  /** Begins to tell. */
  public BillingEvents start() {
    thread.start();
    return this;
  }

  /** The same quotas, of which is told when a budget is used up. */
  public Quotas watched(Quotas quotas) {
    return (caller, asked) -> {
      var outcome = quotas.reserve(caller, asked);
      if (outcome instanceof Quotas.Outcome.Exceeded exceeded && isOfABudget(exceeded)) {
        usedUp(caller, exceeded);
      }
      return outcome;
    };
  }

  /** A rate that is reached is no news. */
  private static boolean isOfABudget(Quotas.Outcome.Exceeded exceeded) {
    return exceeded.limit().contains("-per-day") || exceeded.limit().contains("-per-month");
  }

  private void usedUp(Caller caller, Quotas.Outcome.Exceeded exceeded) {
    var hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
    var limit = new Limit(caller.tenant(), exceeded.limit());
    if (hour.equals(told.get(limit))
        || !webhooks.isWanted(caller.tenant(), EventType.QUOTA_EXHAUSTED)
        || (told.size() >= REMEMBERED_MAX && !told.containsKey(limit))
        || hour.equals(told.put(limit, hour))) {
      return;
    }
    var data =
        tenant(caller.tenant())
            .member("limit", exceeded.limit())
            .member("amount", Slice.utf8(exceeded.amount().toPlainString()))
            .member("retryAfterSeconds", exceeded.retryAfter().toSeconds())
            .endObject()
            .toSlice()
            .toString();
    if (!exhausted.offer(new Exhausted(caller.tenant(), data))) {
      told.remove(limit); // with the next call
    }
  }

  /** The beginning of what is told of a tenant. */
  public static JsonWriter tenant(TenantId tenant) {
    return new JsonWriter().beginObject().member("tenant", tenant.value());
  }

  private void run() {
    try {
      while (true) {
        var next = exhausted.poll(lookInterval.toNanos(), TimeUnit.NANOSECONDS);
        try {
          if (next != null) {
            var deadline = Deadline.in(STORE_MAX);
            var _ = webhooks.tell(next.tenant(), EventType.QUOTA_EXHAUSTED, next.data(), deadline);
          } else {
            look();
          }
        } catch (StoreUnavailableException | StoreDamagedException e) {
          LOG.log(Level.WARNING, "webhooks cannot be told now: {0}", e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      // The gateway is stopping.
    }
  }

  private void look() throws InterruptedException {
    var now = clock.instant();
    told.values().removeIf(hour -> hour.isBefore(now.minus(1, ChronoUnit.HOURS)));
    webhooks.look(Deadline.in(STORE_MAX));
    for (var hook : webhooks.wanting(EventType.USAGE_HOUR)) {
      usage(hook, now.minus(SETTLED_AFTER));
    }
  }

  private void usage(Webhook hook, Instant until) throws InterruptedException {
    var current = hook;
    for (int i = 0; i < HOURS_MAX; i++) {
      var from = current.usageUntil();
      var to = from.plus(1, ChronoUnit.HOURS);
      var deadline = Deadline.in(STORE_MAX);
      if (to.isAfter(until)
          || !usage.written(deadline)
          || !webhooks.tellUsage(current, usage(hook.tenant(), from, to, deadline), deadline)) {
        return;
      }
      current =
          new Webhook(hook.tenant(), hook.id(), hook.url(), hook.events(), hook.createdAt(), to);
    }
  }

  private String usage(TenantId tenant, Instant from, Instant to, Deadline deadline)
      throws InterruptedException {
    var json = tenant(tenant).member("from", from.toString()).member("to", to.toString());
    var query = new UsageQuery(from, to, List.of(), null, 1);
    if (UsageReport.read(store, tenant, query, deadline) instanceof UsageReport.Page page
        && !page.groups().isEmpty()) {
      totals(json, page.groups().getFirst().totals());
    } else {
      json.member("calls", 0);
    }
    return json.endObject().toSlice().toString();
  }

  private static void totals(JsonWriter json, Totals totals) {
    json.member("calls", totals.calls())
        .member("ok", totals.ok())
        .member("toolErrors", totals.toolErrors())
        .member("refused", totals.refused())
        .member("failed", totals.failed())
        .member("bytesIn", totals.bytesIn())
        .member("bytesOut", totals.bytesOut())
        .member("tokens", totals.tokens())
        .member("money", Slice.utf8(BigDecimal.valueOf(totals.microMoney(), 6).toPlainString()));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
