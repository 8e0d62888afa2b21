package io.portolan.tenancy.auth.resource;

import java.util.Optional;

/**
 * Values of the header {@code WWW-Authenticate}. Stateless.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-3">RFC 6750, section 3</a>
 */
public final class Challenge {
  private Challenge() {}

  /** Asks for a token: none was sent. */
  public static String missing(Optional<String> metadataUrl, String scopes) {
    return written("", "", scopes, metadataUrl);
  }

  /** Asks for another token: the one that was sent is not valid. */
  public static String invalidToken(Optional<String> metadataUrl, String why, String scopes) {
    return written("invalid_token", why, scopes, metadataUrl);
  }

  /** The request is not in the right form. */
  public static String invalidRequest(Optional<String> metadataUrl, String why) {
    return written("invalid_request", why, "", metadataUrl);
  }

  /** Asks for a token with more scopes. */
  public static String insufficientScope(Optional<String> metadataUrl, String scopes) {
    return written("insufficient_scope", "", scopes, metadataUrl);
  }

  private static String written(
      String error, String description, String scopes, Optional<String> metadataUrl) {
    var text = new StringBuilder("Bearer");
    add(text, "error", error);
    add(text, "error_description", description);
    add(text, "scope", scopes);
    add(text, "resource_metadata", metadataUrl.orElse(""));
    return text.toString();
  }

  /** Drops what has no place in a quoted string: nothing that was sent can end it early. */
  private static void add(StringBuilder text, String name, String value) {
    if (value.isEmpty()) {
      return;
    }
    text.append(text.indexOf("=") < 0 ? " " : ", ").append(name).append("=\"");
    value
        .chars()
        .filter(c -> c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
        .forEach(c -> text.append((char) c));
    text.append('"');
  }
}
