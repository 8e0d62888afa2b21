package io.portolan.standalone.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A path with named segments, such as {@code /api/v1/keys/{id}}. Immutable.
 *
 * @param text as it is written in documents
 * @param segments what is between the slashes
 */
public record PathTemplate(String text, List<String> segments) {
  /** Where the tenant is named, for whom has none of their own. */
  public static final String TENANT = "tenant";

  private static final int VALUE_CHARS_MAX = 1000;

  public PathTemplate {
    segments = List.copyOf(segments);
  }

  /** Reads a template. */
  public static PathTemplate of(String text) {
    if (!text.matches("/(api/v1|v0|v0\\.1)(/[a-z0-9-]+|/\\{[a-z]+})*")) {
      throw new IllegalArgumentException("not the path of an endpoint: " + text);
    }
    return new PathTemplate(text, List.of(text.substring(1).split("/")));
  }

  /** The names of its parameters, in their order. */
  public Set<String> parameters() {
    var names = new LinkedHashSet<String>();
    for (var segment : segments) {
      if (isParameter(segment)) {
        names.add(name(segment));
      }
    }
    return names;
  }

  private static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }

  private static String name(String segment) {
    return segment.substring(1, segment.length() - 1);
  }

  /** The values of the parameters in a path as it was sent; empty when it is another path. */
  Optional<Map<String, String>> match(String rawPath) {
    var sent = rawPath.split("/", segments.size() + 2);
    if (sent.length != segments.size() + 1 || !sent[0].isEmpty()) {
      return Optional.empty();
    }
    var values = new LinkedHashMap<String, String>();
    for (int i = 0; i < segments.size(); i++) {
      var segment = segments.get(i);
      var value = sent[i + 1];
      if (!isParameter(segment)) {
        if (!segment.equals(value)) {
          return Optional.empty();
        }
      } else {
        var decoded = decoded(value);
        if (decoded.isEmpty()) {
          return Optional.empty();
        }
        values.put(name(segment), decoded.get());
      }
    }
    return Optional.of(values);
  }

  private static Optional<String> decoded(String segment) {
    try {
      var text = URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
      return text.isEmpty() || text.length() > VALUE_CHARS_MAX
          ? Optional.empty()
          : Optional.of(text);
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // a percent sign and no two digits
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
