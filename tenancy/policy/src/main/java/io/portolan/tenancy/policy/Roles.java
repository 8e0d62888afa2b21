package io.portolan.tenancy.policy;

import io.portolan.tenancy.TenantRole;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The roles that rules may name: the built-in ones, and custom ones that may include others. A role
 * allows nothing by itself; rules do. Immutable.
 */
public final class Roles {
  /** The roles that every tenant has. */
  public static final List<String> BUILT_IN =
      Stream.of(TenantRole.values()).map(TenantRole::label).toList();

  /** Only the built-in ones. */
  public static final Roles STANDARD = new Roles(Map.of());

  private final Map<String, Set<String>> included;

  /**
   * The built-in roles and custom ones.
   *
   * @param custom for each custom role those that it includes
   * @throws IllegalArgumentException when a role includes one that there is not, itself, or is
   *     built in
   */
  public Roles(Map<String, Set<String>> custom) {
    this.included = Map.copyOf(custom);
    var known = known();
    custom.forEach(
        (role, others) -> {
          if (BUILT_IN.contains(role)) {
            throw new IllegalArgumentException("the role '" + role + "' is built in");
          }
          for (var other : others) {
            if (!known.contains(other)) {
              throw new IllegalArgumentException("there is no role '" + other + "' to include");
            }
          }
          if (closure(others).contains(role)) {
            throw new IllegalArgumentException("the role '" + role + "' includes itself");
          }
        });
  }

  /** All names, in alphabetical order. */
  public Set<String> known() {
    var names = new TreeSet<>(BUILT_IN);
    names.addAll(included.keySet());
    return names;
  }

  /** These roles and all that they include; a role that is not known includes nothing. */
  public Set<String> closure(Collection<String> roles) {
    if (included.isEmpty()) {
      return roles instanceof Set<String> set ? set : Set.copyOf(roles);
    }
    var all = new HashSet<String>();
    roles.forEach(role -> add(role, all));
    return all;
  }

  private void add(String role, Set<String> all) {
    if (all.add(role)) {
      included.getOrDefault(role, Set.of()).forEach(other -> add(other, all));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Roles roles && included.equals(roles.included);
  }

  @Override
  public int hashCode() {
    return included.hashCode();
  }
}
