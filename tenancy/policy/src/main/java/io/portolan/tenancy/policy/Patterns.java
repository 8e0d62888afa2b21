package io.portolan.tenancy.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names that a rule is about: exact ones and patterns, or any name at all. Immutable. */
public final class Patterns {
  /** Every name. */
  public static final Patterns ANY = new Patterns(List.of());

  private final List<Glob> all;
  private final Set<String> exact = new HashSet<>();
  private final List<Glob> globs = new ArrayList<>(0);

  private Patterns(List<Glob> all) {
    this.all = List.copyOf(all);
    for (var glob : all) {
      if (glob.isExact()) {
        exact.add(glob.pattern());
      } else {
        globs.add(glob);
      }
    }
  }

  /** These names; any name when there are none. */
  public static Patterns of(List<String> patterns) {
    return patterns.isEmpty() ? ANY : new Patterns(patterns.stream().map(Glob::new).toList());
  }

  /** Whether every name is meant. */
  public boolean isAny() {
    return all.isEmpty();
  }

  /** Whether only exact names are meant. */
  boolean areExact() {
    return !isAny() && globs.isEmpty();
  }

  /** The patterns as they were written; none for any name. */
  public List<String> written() {
    return all.stream().map(Glob::pattern).toList();
  }

  /** Whether a name is meant. */
  public boolean match(String name) {
    if (isAny() || exact.contains(name)) {
      return true;
    }
    for (var glob : globs) {
      if (glob.matches(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether any of these names is meant; without names only if every name is. */
  public boolean matchAnyOf(Collection<String> names) {
    if (isAny()) {
      return true;
    }
    for (var name : names) {
      if (match(name)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Patterns patterns && all.equals(patterns.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }

  @Override
  public String toString() {
    return isAny() ? "any" : written().toString();
  }
}
