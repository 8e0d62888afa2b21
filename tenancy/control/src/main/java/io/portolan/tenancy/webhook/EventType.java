package io.portolan.tenancy.webhook;

import java.util.Locale;
import java.util.Optional;

/** What can be told of a tenant. */
public enum EventType {
  TENANT_CREATED,
  TENANT_SUSPENDED,
  TENANT_RESUMED,
  /** The last one of a tenant. */
  TENANT_DELETED,
  /** A call was refused because a limit is reached: once an hour for each limit. */
  QUOTA_EXHAUSTED,
  /** What was used in an hour that is over. */
  USAGE_HOUR,
  /** A server offers what nobody approved of: something new, or something else than before. */
  SERVER_CHANGED;

  /** As it is written: {@code tenant.created}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /** The type of a label. */
  public static Optional<EventType> of(String label) {
    for (var type : values()) {
      if (type.label().equals(label)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
