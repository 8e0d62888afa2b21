package io.portolan.registry.pin;

import java.util.LinkedHashMap;

/**
 * Something that a server offers, as it is offered now. Immutable.
 *
 * @param name its own name, URI or URI template; of instructions, {@code instructions}
 * @param json its definition; of instructions, the text as a JSON string
 */
public record Observed(Kind kind, String name, String json) {
  /** What can be pinned. */
  public enum Kind {
    TOOL,
    PROMPT,
    RESOURCE,
    TEMPLATE,
    INSTRUCTIONS
  }

  /**
   * The digest of what it means: two texts of the same JSON have the same one. What a server may
   * say anew each time ({@code _meta}) is not part of it.
   *
   * @throws IllegalArgumentException when it is no JSON that can be compared
   */
  public String sha256() {
    return CanonicalJson.sha256(meaning());
  }

  private Json meaning() {
    var value = Json.parse(json);
    if (!(value instanceof Json.Mapping(var members)) || !members.containsKey("_meta")) {
      return value;
    }
    var others = new LinkedHashMap<>(members);
    others.remove("_meta");
    return new Json.Mapping(others);
  }

  /** A digest in place of a name that is too long for a key. */
  public static String shortName(String name) {
    return "sha256:" + CanonicalJson.sha256(new Json.Text(name));
  }
}
