package io.portolan.gateway.openapi.document;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/*
 * Other documents are laid into the tree of the first one, below a member of our own, and what refers
 * to them is made to point there. So whatever comes after knows local references only. A reference to
 * another origin is left as it is: it points to nothing, and what needs it is left out.
 */

/** Brings the documents that a document refers to into it. Used once. */
final class Bundling {
  static final String OTHERS = "x-portolan-documents";
  private static final Set<String> NEVER_REFERS = Set.of("example", "examples", "enum", "const");
  private static final Set<String> NAMES_BELOW =
      Set.of("properties", "patternProperties", "schemas", "$defs", "definitions");

  private final ObjectNode root;
  private final URI at;
  private final OtherDocuments others;
  private final DocumentLimits limits;
  private final Map<URI, ObjectNode> read = new HashMap<>();
  private final Deque<URI> unread = new ArrayDeque<>();
  private long bytes;

  Bundling(ObjectNode root, URI at, OtherDocuments others, DocumentLimits limits, int bytes) {
    this.root = root;
    this.at = at;
    this.others = others;
    this.limits = limits;
    this.bytes = bytes;
  }

  void bundle() throws DocumentRefusedException, InterruptedException {
    root.remove(OTHERS);
    rewrite(root, at, "", Below.MEMBERS);
    while (!unread.isEmpty()) {
      var uri = unread.remove();
      if (read.size() >= limits.documentsMax()) {
        throw new DocumentRefusedException(
            "the document refers to more than " + limits.documentsMax() + " others");
      }
      var text = others.at(uri);
      bytes += text.length;
      if (bytes > limits.bytesMax()) {
        throw new DocumentRefusedException(
            "the document and those it refers to have more than " + limits.bytesMax() + " bytes");
      }
      var other = DocumentText.read(text, limits);
      read.put(uri, other);
      rewrite(other, uri, prefix(uri), Below.MEMBERS);
    }
    if (!read.isEmpty()) {
      var all = root.putObject(OTHERS);
      read.forEach((uri, tree) -> all.set(uri.toString(), tree));
    }
  }

  /** What the names of members are. */
  private enum Below {
    /** Members of OpenAPI or JSON Schema. */
    MEMBERS,
    /** Names that the author gave. */
    NAMES
  }

  private void rewrite(JsonNode node, URI base, String prefix, Below below) {
    if (node instanceof ObjectNode object) {
      if (below == Below.MEMBERS && object.get("$ref") instanceof StringNode reference) {
        object.put("$ref", rewritten(reference.stringValue(), base, prefix));
      }
      for (var member : object.properties()) {
        var name = member.getKey();
        if (below == Below.NAMES || !NEVER_REFERS.contains(name)) {
          var names = below == Below.MEMBERS && NAMES_BELOW.contains(name);
          rewrite(member.getValue(), base, prefix, names ? Below.NAMES : Below.MEMBERS);
        }
      }
    } else {
      for (var item : node) {
        rewrite(item, base, prefix, Below.MEMBERS);
      }
    }
  }

  private String rewritten(String reference, URI base, String prefix) {
    if (reference.startsWith("#")) {
      return "#" + prefix + reference.substring(1);
    }
    URI target;
    try {
      target = base.resolve(reference);
    } catch (IllegalArgumentException _) {
      return reference;
    }
    var fragment = target.getRawFragment() == null ? "" : target.getRawFragment();
    var document = withoutFragment(target);
    if (document.equals(withoutFragment(at))) {
      return "#" + fragment;
    }
    if (!sameOrigin(document, at)) {
      return reference;
    }
    if (!read.containsKey(document) && !unread.contains(document)) {
      unread.add(document);
    }
    return "#" + prefix(document) + fragment;
  }

  private static String prefix(URI uri) {
    return "/"
        + OTHERS
        + "/"
        + uri.toString().replace("~", "~0").replace("/", "~1").replace("%", "%25");
  }

  private static URI withoutFragment(URI uri) {
    var text = uri.toString();
    var hash = text.indexOf('#');
    return hash < 0 ? uri : URI.create(text.substring(0, hash));
  }

  private static boolean sameOrigin(URI one, URI other) {
    return one.getHost() != null && origin(one).equals(origin(other));
  }

  private static String origin(URI uri) {
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    var port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
  }
}
