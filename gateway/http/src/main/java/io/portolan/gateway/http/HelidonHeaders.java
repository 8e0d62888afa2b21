package io.portolan.gateway.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.portolan.gateway.core.edge.RequestHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A request's headers as Helidon read them. */
final class HelidonHeaders implements RequestHeaders {
  static final HeaderName MCP_METHOD = HeaderNames.create("mcp-method", "Mcp-Method");

  // Asked for with each call; found here without making a lower-case name each time.
  private static final Map<String, HeaderName> FREQUENT =
      Stream.of(
              "Mcp-Session-Id",
              "MCP-Protocol-Version",
              "Mcp-Method",
              "Mcp-Name",
              "Last-Event-ID",
              "traceparent",
              "Host",
              "Authorization")
          .collect(Collectors.toUnmodifiableMap(Function.identity(), HelidonHeaders::name));

  private final Headers headers;

  HelidonHeaders(Headers headers) {
    this.headers = headers;
  }

  private static HeaderName name(String name) {
    return HeaderNames.create(name.toLowerCase(Locale.ROOT), name);
  }

  private static HeaderName find(String name) {
    var frequent = FREQUENT.get(name);
    return frequent == null ? name(name) : frequent;
  }

  @Override
  public @Nullable String first(String name) {
    return first(find(name));
  }

  @Nullable String first(HeaderName name) {
    return headers.contains(name) ? headers.get(name).get() : null;
  }

  @Override
  public int count(String name) {
    var found = find(name);
    return headers.contains(found) ? headers.get(found).valueCount() : 0;
  }

  @Override
  public void eachWithPrefix(String lowerCasePrefix, BiConsumer<String, String> action) {
    for (var header : headers) {
      var name = header.headerName().lowerCase();
      if (name.startsWith(lowerCasePrefix)) {
        action.accept(name, header.get());
      }
    }
  }
}
