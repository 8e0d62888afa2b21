package io.portolan.tenancy.webhook;

import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.QuorumTable;
import io.portolan.tenancy.store.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/*
 * All of it is the operator's, about tenants, and lies in the system's partitions: the last event of
 * a tenant is that it was deleted, and whoever is to be told must still be known then.
 */

/** The tables of webhooks. A store that keeps them is opened with {@link #ALL}. */
public final class WebhookTables {
  /** What could not be told in this time is not told any more. */
  static final Duration OUTBOX_KEPT = Duration.ofDays(3);

  /** One partition. */
  record All() {}

  /** Names a webhook. */
  record HookKey(String tenant, String id) {}

  /** A webhook; its events are separated by spaces. */
  record HookRow(HookKey key, String url, String events, Instant createdAt, Instant usageUntil) {}

  static final QuorumTable<All, HookKey, HookRow> HOOKS =
      Declaration.of("webhook", All.class, HookKey.class, HookRow.class).quorum();

  /** Names what is to be told to one webhook. */
  record DeliveryKey(UUID id) {}

  /**
   * What is to be told.
   *
   * @param event its id, the same for all webhooks and tries
   * @param body what is sent
   * @param tries how often it was sent in vain
   */
  record DeliveryRow(
      DeliveryKey key,
      String tenant,
      String hook,
      String event,
      String type,
      String body,
      Instant since,
      int tries) {}

  static final QuorumTable<All, DeliveryKey, DeliveryRow> OUTBOX =
      Declaration.of("webhook_outbox", All.class, DeliveryKey.class, DeliveryRow.class)
          .expiringAfter(OUTBOX_KEPT)
          .quorum();

  /** All of them. */
  public static final List<Table<?, ?, ?>> ALL = List.of(HOOKS, OUTBOX);

  private WebhookTables() {}
}
