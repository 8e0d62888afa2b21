package io.portolan.gateway.openapi.convert;

import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where calls go: what the configuration says, else the first server of a document. */
final class Servers {
  private final ApiDocument document;
  private final @Nullable URI base;

  /**
   * @param base what the configuration says; null where it says nothing
   */
  Servers(ApiDocument document, @Nullable URI base) {
    this.document = document;
    this.base = base;
  }

  /** Of an operation: its own server, its path's, or the document's. */
  URI of(JsonNode path, JsonNode operation) throws DocumentRefusedException {
    if (base != null) {
      return plain(base.toString());
    }
    for (var place : new JsonNode[] {operation, path, document.root()}) {
      var first = place.path("servers").path(0);
      if (first.path("url").isString()) {
        return resolved(filled(first));
      }
    }
    return resolved("/");
  }

  private static String filled(JsonNode server) throws DocumentRefusedException {
    var url = server.path("url").stringValue();
    for (var variable : server.path("variables").properties()) {
      var value = variable.getValue().path("default").asString("");
      url = url.replace("{" + variable.getKey() + "}", value);
    }
    if (url.indexOf('{') >= 0) {
      throw new DocumentRefusedException(
          "the server '"
              + ApiDocument.shown(url)
              + "' has a variable without a default; expected a base URL in the registration");
    }
    return url;
  }

  private URI resolved(String url) throws DocumentRefusedException {
    try {
      return plain(document.at().resolve(new URI(url.strip())).toString());
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new DocumentRefusedException(
          "the server '"
              + ApiDocument.shown(url)
              + "' is no URL; expected one such as"
              + " https://api.example.com/v1",
          e);
    }
  }

  private static URI plain(String url) throws DocumentRefusedException {
    var end = url.length();
    for (var mark : new int[] {url.indexOf('?'), url.indexOf('#')}) {
      end = mark >= 0 ? Math.min(end, mark) : end;
    }
    while (end > 0 && url.charAt(end - 1) == '/') {
      end--;
    }
    try {
      var uri = new URI(url.substring(0, end));
      var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if (Set.of("http", "https").contains(scheme)
          && uri.getHost() != null
          && uri.getRawUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Said below.
    }
    throw new DocumentRefusedException(
        "the server '"
            + ApiDocument.shown(url)
            + "' is no http or https URL of a host, without a user; expected one such as"
            + " https://api.example.com/v1, or a base URL in the registration");
  }
}
