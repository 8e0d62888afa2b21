package io.portolan.tenancy.webhook;

import io.portolan.tenancy.TenantId;
import java.net.URI;
import java.time.Instant;
import java.util.Set;

/**
 * Somebody who is told of a tenant. Immutable.
 *
 * @param id random
 * @param url where it is told
 * @param events what it is told; at least one
 * @param usageUntil the end of the last hour whose usage was told
 */
public record Webhook(
    TenantId tenant,
    String id,
    URI url,
    Set<EventType> events,
    Instant createdAt,
    Instant usageUntil) {
  /** The longest URL, in characters. */
  public static final int URL_CHARS_MAX = 2_000;

  public Webhook {
    events = Set.copyOf(events);
    if (events.isEmpty()) {
      throw new IllegalArgumentException("events is empty; expected at least one");
    }
    if (url.toString().length() > URL_CHARS_MAX) {
      throw new IllegalArgumentException("url has more than " + URL_CHARS_MAX + " characters");
    }
  }
}
