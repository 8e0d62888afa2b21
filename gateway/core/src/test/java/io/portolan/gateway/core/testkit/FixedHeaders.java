package io.portolan.gateway.core.testkit;

import io.portolan.gateway.core.edge.RequestHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The headers of one request. */
public final class FixedHeaders implements RequestHeaders {
  private final Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /** These headers. */
  public static FixedHeaders of(Map<String, String> fields) {
    var headers = new FixedHeaders();
    headers.fields.putAll(fields);
    return headers;
  }

  /** One more. */
  public FixedHeaders with(String name, String value) {
    var more = of(fields);
    more.fields.put(name, value);
    return more;
  }

  @Override
  public @Nullable String first(String name) {
    return fields.get(name);
  }

  @Override
  public int count(String name) {
    return fields.containsKey(name) ? 1 : 0;
  }

  @Override
  public void eachWithPrefix(String lowerCasePrefix, BiConsumer<String, String> action) {
    fields.forEach(
        (name, value) -> {
          var lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith(lowerCasePrefix)) {
            action.accept(lower, value);
          }
        });
  }
}
