package io.portolan.gateway.openapi.convert;

import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The security schemes of a document, and which of them an operation asks for. */
final class Schemes {
  private final ApiDocument document;
  private final Map<String, Security> schemes = new LinkedHashMap<>();

  Schemes(ApiDocument document) {
    this.document = document;
    for (var each : document.root().path("components").path("securitySchemes").properties()) {
      try {
        var scheme = scheme(each.getKey(), document.followed(each.getValue()));
        if (scheme != null) {
          schemes.put(each.getKey(), scheme);
        }
      } catch (DocumentRefusedException _) {
        // Nobody can use it; whoever names it in the configuration is told the others.
      }
    }
  }

  private static @Nullable Security scheme(String name, JsonNode said) {
    var type = said.path("type").asString("");
    if (type.equals("apiKey")) {
      var kind =
          switch (said.path("in").asString("")) {
            case "header" -> Security.Kind.KEY_IN_HEADER;
            case "query" -> Security.Kind.KEY_IN_QUERY;
            case "cookie" -> Security.Kind.KEY_IN_COOKIE;
            default -> null;
          };
      return kind == null ? null : new Security(name, kind, said.path("name").asString(""));
    }
    if (type.equals("oauth2") || type.equals("openIdConnect")) {
      return new Security(name, Security.Kind.BEARER, "");
    }
    return switch (said.path("scheme").asString("").toLowerCase(Locale.ROOT)) {
      case "basic" -> new Security(name, Security.Kind.BASIC, "");
      case "bearer" -> new Security(name, Security.Kind.BEARER, "");
      default -> null;
    };
  }

  /**
   * Parameters that carry the keys of some schemes, as {@code in:name}.
   *
   * @throws DocumentRefusedException when one of them is none of the document
   */
  List<String> carriers(Set<String> names) throws DocumentRefusedException {
    var carriers = new ArrayList<String>();
    for (var name : names) {
      var scheme = schemes.get(name);
      if (scheme == null) {
        throw new DocumentRefusedException(
            "a credential is for '"
                + ApiDocument.shown(name)
                + "', which is no security scheme of the document; expected one of "
                + ApiDocument.shown(schemes.keySet().toString()));
      }
      switch (scheme.kind()) {
        case KEY_IN_HEADER -> carriers.add("header:" + scheme.name().toLowerCase(Locale.ROOT));
        case KEY_IN_QUERY -> carriers.add("query:" + scheme.name());
        case KEY_IN_COOKIE -> carriers.add("cookie:" + scheme.name());
        case BASIC, BEARER -> {}
      }
    }
    return carriers;
  }

  /** The ways in which an operation knows its callers. */
  List<List<Security>> of(JsonNode operation) {
    var said =
        operation.has("security") ? operation.path("security") : document.root().path("security");
    var ways = new ArrayList<List<Security>>();
    for (var way : said) {
      var all = new ArrayList<Security>();
      for (var each : way.properties()) {
        var scheme = schemes.get(each.getKey());
        if (scheme != null) {
          all.add(scheme);
        }
      }
      ways.add(all);
    }
    return ways;
  }
}
