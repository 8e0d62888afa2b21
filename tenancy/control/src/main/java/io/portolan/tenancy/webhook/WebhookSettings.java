package io.portolan.tenancy.webhook;

import java.time.Duration;
import java.util.List;

/**
 * How webhooks are told.
 *
 * @param pauses after each try in vain, before the next; after the last one nothing more is tried
 * @param waitingMax events that wait to be told, of all tenants
 * @param hooksPerTenantMax webhooks of a tenant
 * @param lookInterval how often the store is looked at for webhooks that others made
 */
public record WebhookSettings(
    List<Duration> pauses, int waitingMax, int hooksPerTenantMax, Duration lookInterval) {
  /** Nine tries more, over two days. */
  public static final WebhookSettings DEFAULT =
      new WebhookSettings(
          List.of(
              Duration.ofSeconds(5),
              Duration.ofSeconds(30),
              Duration.ofMinutes(2),
              Duration.ofMinutes(10),
              Duration.ofHours(1),
              Duration.ofHours(3),
              Duration.ofHours(6),
              Duration.ofHours(12),
              Duration.ofHours(24)),
          10_000,
          10,
          Duration.ofMinutes(1));

  public WebhookSettings {
    pauses = List.copyOf(pauses);
  }
}
