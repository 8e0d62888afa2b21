package io.portolan.tenancy;

import java.util.regex.Pattern;

/**
 * Names one tenant. It is part of every key, so nothing is stored or looked up without one.
 *
 * @param value 1 to 64 characters of {@code a-z 0-9 -}, starting with a letter or digit
 */
public record TenantId(String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

  /** The tenant of a process that nobody configured tenants for. */
  public static final TenantId DEVELOPMENT = new TenantId("development");

  /** Holds what is about all tenants. Nobody is in it, and no tenant can be made with this id. */
  public static final TenantId SYSTEM = new TenantId("portolan-system");

  public TenantId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "tenant id must be 1 to 64 characters of a-z, 0-9 and '-': " + value);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
