package io.portolan.standalone.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters in a URL's query, each of them once. Immutable. */
public final class Query {
  private static final int PARAMETERS_MAX = 32;

  private final Map<String, String> values;

  private Query(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads what follows the question mark; may be empty.
   *
   * @throws IllegalArgumentException when a parameter is there twice, or there are too many
   */
  static Query of(String sent) {
    var values = new LinkedHashMap<String, String>();
    if (sent.isEmpty()) {
      return new Query(values);
    }
    var pairs = sent.split("&", PARAMETERS_MAX + 1);
    if (pairs.length > PARAMETERS_MAX) {
      throw new IllegalArgumentException("more than " + PARAMETERS_MAX + " parameters in the URL");
    }
    for (var pair : pairs) {
      var equals = pair.indexOf('=');
      var name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      if (values.put(name, equals < 0 ? "" : decoded(pair.substring(equals + 1))) != null) {
        throw new IllegalArgumentException("the URL has the parameter '" + name + "' twice");
      }
    }
    return new Query(values);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a percent sign without two digits in the URL", e);
    }
  }

  /** A parameter's value; null when it is not there. */
  public @Nullable String text(String name) {
    return values.get(name);
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException when it is none of {@code min} to {@code max}
   */
  public int number(String name, Bounds bounds) {
    var text = values.get(name);
    if (text == null) {
      return bounds.otherwise();
    }
    if (text.matches("\\d{1,9}")) {
      var number = Integer.parseInt(text);
      if (number >= bounds.min() && number <= bounds.max()) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        name + " is '" + text + "'; expected " + bounds.min() + " to " + bounds.max());
  }

  /** What a number may be, and what it is where it is not said. */
  public record Bounds(int min, int max, int otherwise) {}
}
