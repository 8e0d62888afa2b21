package io.portolan.gateway.openapi.convert;

import org.jspecify.annotations.Nullable;

/**
 * How an argument of a tool becomes a parameter of a request. Immutable.
 *
 * @param argument what the tool calls it
 * @param name what the API calls it
 * @param mediaType in which its value is written as one text; null where {@code style} says how
 */
public record Parameter(
    String argument,
    String name,
    In in,
    Style style,
    Explode explode,
    Reserved reserved,
    @Nullable String mediaType) {
  /** Where it stands. */
  public enum In {
    PATH,
    QUERY,
    HEADER,
    COOKIE
  }

  /** How a value is written. */
  public enum Style {
    SIMPLE,
    LABEL,
    MATRIX,
    FORM,
    SPACE_DELIMITED,
    PIPE_DELIMITED,
    DEEP_OBJECT
  }

  /** Whether each item or member is written on its own. */
  public enum Explode {
    EACH,
    TOGETHER
  }

  /** Whether characters that mean something in a URL are written as they are. */
  public enum Reserved {
    ENCODED,
    ALLOWED
  }
}
