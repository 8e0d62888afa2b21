package io.portolan.tenancy.tenants;

import io.portolan.tenancy.TenantRole;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A role that a tenant made: whoever has it has the roles it includes as well. What more it means,
 * rules say that name it. Immutable.
 *
 * @param name 1 to 64 of {@code a-z 0-9 _ . -}, none of the standard ones
 * @param includes standard roles; may be empty
 */
public record CustomRole(String name, Set<String> includes) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");
  private static final Set<String> STANDARD =
      Stream.of(TenantRole.values()).map(TenantRole::label).collect(Collectors.toSet());

  public CustomRole {
    includes = Set.copyOf(includes);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a role's name is 1 to 64 of a-z 0-9 _ . -: '" + name + "'");
    }
    if (STANDARD.contains(name)) {
      throw new IllegalArgumentException("the role '" + name + "' is one that every tenant has");
    }
    for (var include : includes) {
      if (!STANDARD.contains(include)) {
        throw new IllegalArgumentException(
            "a role includes standard roles "
                + STANDARD.stream().sorted().toList()
                + ", not '"
                + include
                + "'");
      }
    }
  }
}
