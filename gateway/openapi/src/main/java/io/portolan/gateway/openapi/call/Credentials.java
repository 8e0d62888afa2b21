package io.portolan.gateway.openapi.call;

import io.portolan.gateway.openapi.convert.Security;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What the gateway shows an API, by the names of the document's security schemes. Immutable.
 *
 * @param byScheme an API key, a token, or {@code user:password} for each
 */
public record Credentials(Map<String, String> byScheme) {
  /** Nothing is shown. */
  public static final Credentials NONE = new Credentials(Map.of());

  public Credentials {
    byScheme = Map.copyOf(byScheme);
  }

  /** The first way for which everything is there; empty where there is none. */
  List<Security> way(List<List<Security>> ways) {
    return ways.stream()
        .filter(way -> !way.isEmpty())
        .filter(way -> way.stream().allMatch(each -> byScheme.containsKey(each.scheme())))
        .findFirst()
        .orElse(List.of());
  }

  /** What a scheme shows. */
  String of(Security security) {
    var value = byScheme.getOrDefault(security.scheme(), "");
    return switch (security.kind()) {
      case BASIC ->
          "Basic " + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
      case BEARER -> "Bearer " + value;
      case KEY_IN_HEADER, KEY_IN_QUERY, KEY_IN_COOKIE -> value;
    };
  }

  /** Without values. */
  @Override
  public String toString() {
    return "Credentials" + byScheme.keySet();
  }
}
