package io.portolan.gateway.openapi.convert;

import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentLimits;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/*
 * An operation that cannot be converted is left out, with its reason, and does not take the others
 * with it. A document of which nothing is left is refused.
 */

/** Makes tools of a document. Pure: the same document gives the same tools. For one thread. */
public final class Converter {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
  private static final int ABOUT_MAX = 2_000;

  private final ApiDocument document;
  private final Rules rules;
  private final DocumentLimits limits;
  private final Servers servers;
  private final Operations operations;
  private final Map<String, String> leftOut = new LinkedHashMap<>();
  private final Map<String, List<String>> outlined = new LinkedHashMap<>();

  /**
   * What the registration says of a conversion.
   *
   * @param base where calls go, whatever the document says; null for what it says
   * @param headers names, in lower case, of headers that the registration sets: not for callers
   * @param schemes security schemes that it has credentials for
   */
  public record Rules(
      Selection selection, @Nullable URI base, Set<String> headers, Set<String> schemes) {
    /** Everything as the document says. */
    public static final Rules NONE = new Rules(Selection.ALL, null, Set.of(), Set.of());

    public Rules {
      headers = Set.copyOf(headers);
      schemes = Set.copyOf(schemes);
    }
  }

  /**
   * Begins a conversion.
   *
   * @throws DocumentRefusedException when the rules name what the document does not have
   */
  public Converter(ApiDocument document, Rules rules, DocumentLimits limits)
      throws DocumentRefusedException {
    this.document = document;
    this.rules = rules;
    this.limits = limits;
    this.servers = new Servers(document, rules.base());
    this.operations = new Operations(document, rules, limits);
  }

  /** An operation where it stands. */
  record Place(String method, String path, JsonNode pathItem, JsonNode operation) {
    @Override
    public String toString() {
      return method + " " + ApiDocument.shown(path);
    }
  }

  /**
   * The tools.
   *
   * @throws DocumentRefusedException when there is not one, or they go over a limit
   */
  public Conversion convert() throws DocumentRefusedException {
    var tools = new ArrayList<ApiTool>();
    var names = new ToolNames();
    var urls = new LinkedHashSet<URI>();
    var count = 0;
    var bytes = 0L;
    for (var place : places()) {
      count++;
      var id = place.operation().path("operationId").asString("");
      var name = names.ofOperation(id, place.method(), place.path());
      var marks = new Selection.Marks(id.isEmpty() ? name : id, name, place.path(), tags(place));
      if (!rules.selection().takes(marks)) {
        continue;
      }
      if (tools.size() == limits.operationsMax()) {
        throw tooMany("more than " + limits.operationsMax() + " operations");
      }
      try {
        var server = servers.of(place.pathItem(), place.operation());
        var made = operations.tool(name, place, server);
        bytes += made.tool().definition().toString().length();
        tools.add(made.tool());
        urls.add(server);
        if (!made.outlined().isEmpty()) {
          outlined.put(name, List.copyOf(made.outlined()));
        }
      } catch (DocumentRefusedException e) {
        leftOut.put(place.toString(), String.valueOf(e.getMessage()));
      }
      if (bytes > limits.toolsBytesMax()) {
        throw tooMany("tools of more than " + limits.toolsBytesMax() + " bytes");
      }
    }
    if (tools.isEmpty()) {
      throw nothing(count);
    }
    var info = document.root().path("info");
    return new Conversion(
        info.path("title").asString(""),
        info.path("version").asString(""),
        clipped(info.path("description").asString("")),
        tools,
        count,
        leftOut,
        outlined,
        List.copyOf(urls));
  }

  private static DocumentRefusedException tooMany(String what) {
    return new DocumentRefusedException(
        "the document goes over the limit of " + what + "; choose some by include or exclude");
  }

  private DocumentRefusedException nothing(int count) {
    if (!leftOut.isEmpty()) {
      var first = leftOut.entrySet().iterator().next();
      return new DocumentRefusedException(
          "no operation can be converted; " + first.getKey() + ": " + first.getValue());
    }
    return new DocumentRefusedException(
        count == 0
            ? "the document has no operations; expected at least one"
            : "include and exclude leave none of "
                + count
                + " operations; expected words such as tag:NAME, path:/pets/* or an operation id");
  }

  private List<Place> places() {
    var places = new ArrayList<Place>();
    for (var entry : document.root().path("paths").properties()) {
      if (entry.getKey().startsWith("/")) { // or it is an extension
        var item = followed(entry.getKey(), entry.getValue());
        for (var member :
            item == null ? Set.<Map.Entry<String, JsonNode>>of() : item.properties()) {
          if (METHODS.contains(member.getKey()) && member.getValue().isObject()) {
            var method = member.getKey().toUpperCase(Locale.ROOT);
            // Nothing says that an operation may be a reference, and it often is one.
            var operation = followed(method + " " + entry.getKey(), member.getValue());
            if (item != null && operation != null) {
              places.add(new Place(method, entry.getKey(), item, operation));
            }
          }
        }
      }
    }
    return places;
  }

  private @Nullable JsonNode followed(String what, JsonNode node) {
    try {
      return document.followed(node);
    } catch (DocumentRefusedException e) {
      leftOut.put(ApiDocument.shown(what), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static List<String> tags(Place place) {
    var tags = new ArrayList<String>();
    for (var tag : place.operation().path("tags")) {
      tags.add(tag.asString(""));
    }
    return tags;
  }

  private static String clipped(String text) {
    return text.length() <= ABOUT_MAX ? text : text.substring(0, ABOUT_MAX) + "...";
  }
}
