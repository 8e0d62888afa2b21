package io.portolan.registry;

import java.util.Locale;

/** Where a server, or one of its versions, is in its life. */
public enum Lifecycle {
  /** In use. */
  ACTIVE,
  /** Still works; callers are told to move on. */
  DEPRECATED,
  /** Not offered any more; its versions stay readable and its name stays taken. */
  DELETED;

  /** As the registry API writes it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a label.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Lifecycle of(String label) {
    for (var each : values()) {
      if (each.label().equals(label)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "status is '" + label + "'; expected active, deprecated or deleted");
  }
}
