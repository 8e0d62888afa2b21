package io.portolan.registry.pin;

import java.util.List;
import java.util.Map;

/** A JSON value, off the path of calls: definitions are compared as trees. Immutable. */
sealed interface Json {
  /** A string. */
  record Text(String value) implements Json {}

  /** A number, as it was written. */
  record Numeral(String literal) implements Json {}

  /** True or false. */
  record Flag(boolean value) implements Json {}

  /** Null. */
  record Nothing() implements Json {}

  /** A list. */
  record Sequence(List<Json> items) implements Json {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** An object; no name is there twice. */
  record Mapping(Map<String, Json> members) implements Json {
    public Mapping {
      members = Map.copyOf(members);
    }
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException when it is no JSON, has a name twice, or is over a bound
   */
  static Json parse(String text) {
    return new JsonReader(text).whole();
  }
}
