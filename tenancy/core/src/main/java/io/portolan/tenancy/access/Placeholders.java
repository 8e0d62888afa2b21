package io.portolan.tenancy.access;

import io.portolan.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What stands for texts of one tenant that were taken out, such as {@code <email:3f9a...>}. Nobody
 * but the tenant's own gateway turns one back. Thread-safe.
 */
public interface Placeholders {
  /** No text has one. */
  Placeholders NONE =
      new Placeholders() {
        @Override
        public @Nullable String of(String kind, String text) {
          return null;
        }

        @Override
        public @Nullable String text(String placeholder) {
          return null;
        }
      };

  /** What stands for texts, by tenant. */
  @FunctionalInterface
  interface OfTenants {
    /** There are none. */
    OfTenants NONE = _ -> Placeholders.NONE;

    /** Those of a tenant. Asks no store yet. */
    Placeholders of(TenantId tenant);
  }

  /**
   * What stands for a text: the same for the same text and kind.
   *
   * @param kind what was found, such as {@code pii:email}
   * @return null where there can be none: the text is too long, or the tenant's key not at hand
   */
  @Nullable String of(String kind, String text);

  /** The text that one of the tenant's own stands for; null of any other. */
  @Nullable String text(String placeholder);
}
