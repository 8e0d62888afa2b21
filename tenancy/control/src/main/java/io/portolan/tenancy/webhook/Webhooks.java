package io.portolan.tenancy.webhook;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultSealedException;
import io.portolan.tenancy.webhook.WebhookTables.All;
import io.portolan.tenancy.webhook.WebhookTables.DeliveryKey;
import io.portolan.tenancy.webhook.WebhookTables.DeliveryRow;
import io.portolan.tenancy.webhook.WebhookTables.HookKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/*
 * An event is a row for each webhook that wants it, written before whoever made it happen is
 * answered; the row is deleted when it was told, or is told no more. So a kill loses nothing, and
 * what was under way is told again, under the same id.
 */

/**
 * Who is told what of tenants, and what is still to be told. Thread-safe; methods with a deadline
 * block on the store, and throw what it throws.
 */
public final class Webhooks {
  private static final int ID_BYTES = 16;

  private final Store store;
  private final Vault vault;
  private final SecureRandom random;
  private final InstantSource clock;
  private final WebhookSettings settings;
  private final Outbox outbox;
  private final Map<HookKey, Webhook> hooks = new ConcurrentHashMap<>();

  /**
   * @param store opened with {@link WebhookTables#ALL}
   * @param vault keeps the secrets
   */
  public Webhooks(
      Store store,
      Vault vault,
      SecureRandom random,
      InstantSource clock,
      WebhookSettings settings) {
    this.store = store;
    this.vault = vault;
    this.random = random;
    this.clock = clock;
    this.settings = settings;
    this.outbox = new Outbox(store, settings, random);
  }

  /** What came of adding a webhook. */
  public sealed interface Added {
    /**
     * There is a new one.
     *
     * @param secret for its owner, told this once
     */
    record Done(Webhook webhook, String secret) implements Added {
      @Override
      public String toString() {
        return "Done[" + webhook.id() + "]";
      }
    }

    /** The tenant has as many as it may have. */
    record Full(int max) implements Added {}
  }

  /** Reads what others made, and what was not told yet. */
  public synchronized void look(Deadline deadline) throws InterruptedException {
    var found = new ConcurrentHashMap<HookKey, Webhook>();
    WebhookRows.each(
        store.at(TenantId.SYSTEM, deadline),
        WebhookTables.HOOKS.at(new All()),
        row -> found.put(row.key(), WebhookRows.webhook(row)));
    hooks.keySet().retainAll(found.keySet());
    hooks.putAll(found);
    outbox.read(hooks, deadline);
  }

  /** Adds a webhook of a tenant. */
  public synchronized Added add(TenantId tenant, URI url, Set<EventType> events, Deadline deadline)
      throws InterruptedException {
    look(deadline);
    if (list(tenant).size() >= settings.hooksPerTenantMax()) {
      return new Added.Full(settings.hooksPerTenantMax());
    }
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var hook =
        new Webhook(
            tenant,
            HexFormat.of().formatHex(bytes),
            url,
            events,
            now,
            now.truncatedTo(ChronoUnit.HOURS));
    var secret = Signature.freshSecret(random);
    var _ = vault.set(TenantId.SYSTEM, secretName(hook), secret, deadline);
    save(hook, deadline);
    return new Added.Done(hook, secret);
  }

  private synchronized void save(Webhook hook, Deadline deadline) throws InterruptedException {
    store
        .at(TenantId.SYSTEM, deadline)
        .put(WebhookTables.HOOKS.at(new All()), WebhookRows.row(hook));
    hooks.put(WebhookRows.key(hook), hook);
  }

  private static String secretName(Webhook hook) {
    return Vault.RESERVED + "webhook." + hook.id();
  }

  /** The webhooks of a tenant, oldest first. */
  public List<Webhook> list(TenantId tenant) {
    return hooks.values().stream()
        .filter(hook -> hook.tenant().equals(tenant))
        .sorted(Comparator.comparing(Webhook::createdAt).thenComparing(Webhook::id))
        .toList();
  }

  /** All webhooks that want to hear of something. */
  public List<Webhook> wanting(EventType type) {
    return hooks.values().stream().filter(hook -> hook.events().contains(type)).toList();
  }

  /** Whether anybody wants to hear of something of a tenant. */
  public boolean isWanted(TenantId tenant, EventType type) {
    for (var hook : hooks.values()) {
      if (hook.tenant().equals(tenant) && hook.events().contains(type)) {
        return true;
      }
    }
    return false;
  }

  /** Removes a webhook, which is told nothing more; false when the tenant has none of this id. */
  public synchronized boolean remove(TenantId tenant, String id, Deadline deadline)
      throws InterruptedException {
    var hook = hooks.get(new HookKey(tenant.value(), id));
    if (hook == null) {
      return false;
    }
    store
        .at(TenantId.SYSTEM, deadline)
        .delete(WebhookTables.HOOKS.at(new All()), WebhookRows.key(hook));
    hooks.remove(WebhookRows.key(hook));
    var _ = vault.delete(TenantId.SYSTEM, secretName(hook), deadline);
    outbox.forget(hook, deadline);
    return true;
  }

  /**
   * Tells all who want to hear of it. What was done stays done whatever comes of it.
   *
   * @param data what happened, as a JSON object
   * @return how many could not be told because too many events wait
   */
  public int tell(TenantId tenant, EventType type, String data, Deadline deadline)
      throws InterruptedException {
    var event = "evt_" + UUID.randomUUID();
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var body = body(type, now.toString(), data);
    var dropped = 0;
    for (var hook : list(tenant)) {
      if (hook.events().contains(type)) {
        var delivery = new Delivery(UUID.randomUUID(), hook, event, type, body, now, 0);
        dropped += outbox.add(delivery, deadline) ? 0 : 1;
      } else if (type == EventType.TENANT_DELETED) {
        remove(tenant, hook.id(), deadline);
      }
    }
    return dropped;
  }

  /** Tells one webhook what was used in the hour after the last one it was told. */
  public boolean tellUsage(Webhook hook, String data, Deadline deadline)
      throws InterruptedException {
    var until = hook.usageUntil().plus(1, ChronoUnit.HOURS);
    // The same whoever tells it, and when: the receiver takes it once.
    var name = hook.id() + "/" + until;
    var id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    var body = body(EventType.USAGE_HOUR, until.toString(), data);
    var delivery = new Delivery(id, hook, "evt_" + id, EventType.USAGE_HOUR, body, until, 0);
    if (!outbox.add(delivery, deadline)) {
      return false;
    }
    save(
        new Webhook(hook.tenant(), hook.id(), hook.url(), hook.events(), hook.createdAt(), until),
        deadline);
    return true;
  }

  private static String body(EventType type, String at, String data) {
    return "{\"type\":\"" + type.label() + "\",\"timestamp\":\"" + at + "\",\"data\":" + data + "}";
  }

  /** Waits for what is to be told next; each delivery is to be settled once. */
  public Delivery next() throws InterruptedException {
    return outbox.take();
  }

  /** The headers that prove a delivery, sent now; empty when the webhook is no more. */
  public Optional<Map<String, String>> proof(Delivery delivery, Deadline deadline)
      throws InterruptedException, VaultSealedException {
    var secret = vault.get(TenantId.SYSTEM, secretName(delivery.hook()), deadline);
    var now = clock.instant();
    return secret.map(
        key ->
            Map.of(
                "webhook-id",
                delivery.event(),
                "webhook-timestamp",
                Long.toString(now.getEpochSecond()),
                "webhook-signature",
                Signature.of(key, delivery.event(), now, delivery.body())));
  }

  /** It was told, or is not to be told any more. */
  public void settled(Delivery delivery, Deadline deadline) throws InterruptedException {
    outbox.remove(delivery, deadline);
    if (delivery.type() == EventType.TENANT_DELETED) {
      var _ = remove(delivery.hook().tenant(), delivery.hook().id(), deadline);
    }
  }

  /** It could not be told: later, or not at all any more, which gives false. */
  public boolean failed(Delivery delivery, Deadline deadline) throws InterruptedException {
    if (delivery.tries() >= settings.pauses().size()) {
      settled(delivery, deadline);
      return false;
    }
    try {
      outbox.again(delivery.triedAgain(), deadline);
    } catch (StoreUnavailableException _) {
      outbox.later(delivery); // the count of tries is no reason to lose it
    }
    return true;
  }

  /** How many events wait to be told. */
  public int waiting() {
    return outbox.size();
  }

  static DeliveryKey key(Delivery delivery) {
    return new DeliveryKey(delivery.id());
  }

  static DeliveryRow row(Delivery delivery) {
    return new DeliveryRow(
        key(delivery),
        delivery.hook().tenant().value(),
        delivery.hook().id(),
        delivery.event(),
        delivery.type().label(),
        delivery.body(),
        delivery.since(),
        delivery.tries());
  }
}
