package io.portolan.tenancy.tenants;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can be changed of a tenant. Immutable.
 *
 * @param name what people call it, 1 to 100 characters
 * @param homeRegion where its serial decisions are made; null where it does not matter
 * @param residency regions its data may be in, at most 20; empty for all of them
 */
public record Profile(String name, @Nullable String homeRegion, Set<String> residency) {
  /** Most regions. */
  public static final int REGIONS_MAX = 20;

  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

  public Profile {
    residency = Set.copyOf(residency);
    if (name.isBlank() || name.length() > 100) {
      throw new IllegalArgumentException(
          "name must have 1 to 100 characters, has " + name.length());
    }
    if (homeRegion != null) {
      requireRegion(homeRegion);
    }
    if (residency.size() > REGIONS_MAX) {
      throw new IllegalArgumentException("more than " + REGIONS_MAX + " regions");
    }
    residency.forEach(Profile::requireRegion);
    if (homeRegion != null && !residency.isEmpty() && !residency.contains(homeRegion)) {
      throw new IllegalArgumentException(
          "homeRegion is '" + homeRegion + "'; expected one of residency");
    }
  }

  /** Of that name, and nothing else. */
  public static Profile named(String name) {
    return new Profile(name, null, Set.of());
  }

  private static void requireRegion(String region) {
    if (!REGION.matcher(region).matches()) {
      throw new IllegalArgumentException(
          "a region is 1 to 64 of A-Z a-z 0-9 _ . -: '" + region + "'");
    }
  }
}
