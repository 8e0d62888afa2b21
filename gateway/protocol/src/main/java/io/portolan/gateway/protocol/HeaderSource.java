package io.portolan.gateway.protocol;

import org.jspecify.annotations.Nullable;

/** The header fields of one HTTP request. Names are matched without regard to case. */
public interface HeaderSource {
  /** The first value of a field, or null when it is absent. */
  @Nullable String first(String name);

  /** How many values a field has. */
  int count(String name);
}
