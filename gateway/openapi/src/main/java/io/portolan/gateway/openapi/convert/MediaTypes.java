package io.portolan.gateway.openapi.convert;

import java.util.Locale;
import java.util.Set;

/** What a media type says of a body. Stateless. */
public final class MediaTypes {
  private static final Set<String> TEXTS =
      Set.of(
          "application/xml",
          "application/yaml",
          "application/x-yaml",
          "application/javascript",
          "application/x-ndjson",
          "application/jsonl",
          "application/json-seq",
          "application/graphql",
          "application/sql",
          "application/toml");

  private MediaTypes() {}

  /** Without parameters, in lower case. */
  public static String essence(String mediaType) {
    var semicolon = mediaType.indexOf(';');
    return (semicolon < 0 ? mediaType : mediaType.substring(0, semicolon))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  /** Whether a body of it is one JSON value. */
  public static boolean isJson(String mediaType) {
    var essence = essence(mediaType);
    return essence.equals("application/json")
        || essence.equals("text/json")
        || essence.endsWith("+json");
  }

  /** Whether it stands for others too. */
  static boolean isRange(String mediaType) {
    return mediaType.indexOf('*') >= 0;
  }

  /** Whether a body of it is text. */
  public static boolean isText(String mediaType) {
    var essence = essence(mediaType);
    return essence.startsWith("text/") || essence.endsWith("+xml") || TEXTS.contains(essence);
  }
}
