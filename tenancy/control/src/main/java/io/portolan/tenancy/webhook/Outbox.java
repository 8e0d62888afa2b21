package io.portolan.tenancy.webhook;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.webhook.WebhookTables.All;
import io.portolan.tenancy.webhook.WebhookTables.DeliveryKey;
import io.portolan.tenancy.webhook.WebhookTables.DeliveryRow;
import io.portolan.tenancy.webhook.WebhookTables.HookKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What is still to be told: in the store, and here in the order in which it is due. Thread-safe.
 */
final class Outbox {
  private static final double JITTER = 0.1;

  private final Store store;
  private final WebhookSettings settings;
  private final RandomGenerator random;
  private final DelayQueue<Due> due = new DelayQueue<>();
  private final Map<UUID, Delivery> known = new ConcurrentHashMap<>(); // also those under way

  private record Due(Delivery delivery, long atNanos) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.signum(atNanos - ((Due) other).atNanos);
    }
  }

  Outbox(Store store, WebhookSettings settings, RandomGenerator random) {
    this.store = store;
    this.settings = settings;
    this.random = random;
  }

  /** Takes in what lies in the store and is not known here. */
  void read(Map<HookKey, Webhook> hooks, Deadline deadline) throws InterruptedException {
    var orphans = new ArrayList<DeliveryKey>();
    WebhookRows.each(
        store.at(TenantId.SYSTEM, deadline),
        WebhookTables.OUTBOX.at(new All()),
        row -> {
          var hook = hooks.get(new HookKey(row.tenant(), row.hook()));
          var type = EventType.of(row.type());
          if (hook == null || type.isEmpty()) {
            orphans.add(row.key());
          } else if (known.size() < settings.waitingMax()) {
            queue(delivery(row, hook, type.get()), Duration.ZERO);
          }
        });
    for (var orphan : orphans) {
      store.at(TenantId.SYSTEM, deadline).delete(WebhookTables.OUTBOX.at(new All()), orphan);
    }
  }

  private static Delivery delivery(DeliveryRow row, Webhook hook, EventType type) {
    return new Delivery(
        row.key().id(), hook, row.event(), type, row.body(), row.since(), row.tries());
  }

  private void queue(Delivery delivery, Duration pause) {
    if (known.putIfAbsent(delivery.id(), delivery) == null) {
      due.put(new Due(delivery, System.nanoTime() + pause.toNanos()));
    }
  }

  /** Writes a delivery, to be made now; false when too many wait. */
  boolean add(Delivery delivery, Deadline deadline) throws InterruptedException {
    if (known.size() >= settings.waitingMax()) {
      return false;
    }
    put(delivery, deadline);
    queue(delivery, Duration.ZERO);
    return true;
  }

  private void put(Delivery delivery, Deadline deadline) throws InterruptedException {
    store
        .at(TenantId.SYSTEM, deadline)
        .put(WebhookTables.OUTBOX.at(new All()), Webhooks.row(delivery));
  }

  Delivery take() throws InterruptedException {
    while (true) {
      var delivery = due.take().delivery();
      if (delivery.equals(known.get(delivery.id()))) {
        return delivery;
      }
    }
  }

  void remove(Delivery delivery, Deadline deadline) throws InterruptedException {
    store
        .at(TenantId.SYSTEM, deadline)
        .delete(WebhookTables.OUTBOX.at(new All()), Webhooks.key(delivery));
    known.remove(delivery.id());
  }

  /** One that was tried once more in vain. */
  void again(Delivery delivery, Deadline deadline) throws InterruptedException {
    put(delivery, deadline);
    later(delivery);
  }

  void later(Delivery delivery) {
    var number = Math.clamp(delivery.tries() - 1, 0, settings.pauses().size() - 1);
    var pause = settings.pauses().get(number);
    var nanos = (long) (pause.toNanos() * (1 + JITTER * random.nextDouble()));
    if (known.computeIfPresent(delivery.id(), (_, _) -> delivery) != null) {
      due.put(new Due(delivery, System.nanoTime() + nanos));
    }
  }

  /** Drops all for a webhook that is no more. */
  void forget(Webhook hook, Deadline deadline) throws InterruptedException {
    for (var delivery : known.values()) {
      if (WebhookRows.key(delivery.hook()).equals(WebhookRows.key(hook))) {
        remove(delivery, deadline);
      }
    }
  }

  int size() {
    return known.size();
  }
}
