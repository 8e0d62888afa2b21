package io.portolan.gateway.upstream.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What may stand in a header, and how MCP writes what may not.
 *
 * @see <a
 *     href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http">MCP
 *     2026-07-28, Streamable HTTP, value encoding</a>
 */
final class HeaderText {
  private static final String ENCODED_START = "=?base64?";
  private static final String ENCODED_END = "?=";

  private HeaderText() {}

  /**
   * The value of an {@code Mcp-Name} header: the text itself when it is printable ASCII without
   * outer white space, otherwise, or when it looks as if it were encoded, its encoded form.
   */
  static String encode(String text) {
    var looksEncoded = text.startsWith(ENCODED_START) && text.endsWith(ENCODED_END);
    return isPlain(text) && !looksEncoded ? text : base64(text);
  }

  /** A header value that was received, made safe to send again. */
  static String pass(String value) {
    return isPlain(value) ? value : base64(value);
  }

  private static String base64(String text) {
    return ENCODED_START
        + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
        + ENCODED_END;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c < 0x20 || c > 0x7e) {
        return false;
      }
    }
    return text.isEmpty() || (text.charAt(0) != ' ' && text.charAt(text.length() - 1) != ' ');
  }

  /** Whether the text is an HTTP token, as a header's name must be. */
  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c > 0x7e || (!Character.isLetterOrDigit(c) && "!#$%&'*+-.^_`|~".indexOf(c) < 0)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Whether a value can be sent without ending its line. */
  static boolean isSafeValue(String value) {
    return value.chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0);
  }
}
