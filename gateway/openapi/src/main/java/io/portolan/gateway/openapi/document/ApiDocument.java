package io.portolan.gateway.openapi.document;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An OpenAPI document, with all that it refers to in one tree. Not changed once it is made, so that
 * many threads may read it.
 */
public final class ApiDocument {
  private final ObjectNode root;
  private final URI at;
  private final Dialect dialect;
  private final int depthMax;

  /** Which schemas a document is written in. */
  public enum Dialect {
    /** OpenAPI 3.0: a subset of an old JSON Schema, and {@code nullable}. */
    V30,
    /** OpenAPI 3.1 and newer: JSON Schema 2020-12. */
    V31
  }

  private ApiDocument(ObjectNode root, URI at, Dialect dialect, int depthMax) {
    this.root = root;
    this.at = at;
    this.dialect = dialect;
    this.depthMax = depthMax;
  }

  /**
   * The document in these bytes.
   *
   * @param at where it was found: what is relative in it is relative to this
   * @param others gives documents of the same origin that it refers to
   * @throws DocumentRefusedException when it is no OpenAPI 3 document, or goes over a limit
   */
  public static ApiDocument of(byte[] bytes, URI at, OtherDocuments others, DocumentLimits limits)
      throws DocumentRefusedException, InterruptedException {
    var root = DocumentText.read(bytes, limits);
    var dialect = dialect(root);
    new Bundling(root, at, others, limits, bytes.length).bundle();
    if (!(root.get("paths") instanceof ObjectNode) && dialect == Dialect.V30) {
      throw new DocumentRefusedException("the document has no paths; expected an object of paths");
    }
    return new ApiDocument(root, at, dialect, limits.depthMax());
  }

  private static Dialect dialect(ObjectNode root) throws DocumentRefusedException {
    var version = root.path("openapi").asString("");
    if (version.startsWith("3.0")) {
      return Dialect.V30;
    }
    if (version.startsWith("3.1") || version.startsWith("3.2")) {
      return Dialect.V31;
    }
    if (root.has("swagger")) {
      throw new DocumentRefusedException(
          "the document is Swagger 2.0; expected OpenAPI 3.0 or 3.1, into which converters turn it");
    }
    throw new DocumentRefusedException(
        "openapi is '" + shown(version) + "'; expected an OpenAPI document of version 3.0 or 3.1");
  }

  /** The whole tree; not to be changed. */
  public ObjectNode root() {
    return root;
  }

  /** Where it was found. */
  public URI at() {
    return at;
  }

  public Dialect dialect() {
    return dialect;
  }

  /**
   * What a reference such as {@code #/components/schemas/Pet} points to.
   *
   * @throws DocumentRefusedException when there is nothing, or it is in another document
   */
  public JsonNode target(String reference) throws DocumentRefusedException {
    var found = find(reference);
    if (found == null) {
      throw new DocumentRefusedException(
          "$ref '"
              + shown(reference)
              + "' points to nothing; expected a part of the document, or of another one at the"
              + " same origin");
    }
    return found;
  }

  private @Nullable JsonNode find(String reference) {
    if (!reference.startsWith("#")) {
      return null;
    }
    JsonNode node = root;
    if (reference.length() == 1) {
      return node;
    }
    if (reference.charAt(1) != '/') {
      return null;
    }
    for (var part : reference.substring(2).split("/", -1)) {
      var name = unescaped(part);
      var next =
          node.isArray() && name.matches("\\d{1,6}")
              ? node.get(Integer.parseInt(name))
              : node.get(name);
      if (next == null) {
        return null;
      }
      node = next;
    }
    return node;
  }

  /** A part of a pointer as it is named. */
  public static String unescaped(String part) {
    var plain = part;
    if (part.indexOf('%') >= 0) {
      try {
        plain = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException _) {
        // Not percent-encoded, then.
      }
    }
    return plain.replace("~1", "/").replace("~0", "~");
  }

  /**
   * A parameter, body, answer or path, where a reference to one may stand.
   *
   * @throws DocumentRefusedException when the reference leads nowhere, or in circles
   */
  public JsonNode followed(JsonNode node) throws DocumentRefusedException {
    var at = node;
    for (int i = 0; i <= depthMax; i++) {
      var reference = at.path("$ref");
      if (!reference.isString()) {
        return at;
      }
      at = target(reference.stringValue());
    }
    throw new DocumentRefusedException(
        "$ref '"
            + shown(node.path("$ref").asString(""))
            + "' leads over more than "
            + depthMax
            + " references, or in circles");
  }

  /** A text of the document as it may be shown: short, in one line. */
  public static String shown(String text) {
    var plain = text.replaceAll("[^\\x20-\\x7E]", "?");
    return plain.length() <= 200 ? plain : plain.substring(0, 200) + "...";
  }
}
