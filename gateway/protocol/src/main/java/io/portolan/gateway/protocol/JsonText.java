package io.portolan.gateway.protocol;

import java.nio.charset.StandardCharsets;

/** Decodes and encodes JSON strings (RFC 8259, section 7). Stateless. */
public final class JsonText {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private JsonText() {}

  /**
   * The text of the JSON string {@code bytes[from..to)}, quotes included, which must be valid. A
   * lone surrogate escape is kept as the surrogate it names.
   */
  public static String decode(byte[] bytes, int from, int to) {
    for (int i = from + 1; i < to - 1; i++) {
      if (bytes[i] == '\\') {
        return unescape(new String(bytes, from + 1, to - from - 2, StandardCharsets.UTF_8));
      }
    }
    return new String(bytes, from + 1, to - from - 2, StandardCharsets.UTF_8);
  }

  private static String unescape(String raw) {
    var text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      var c = raw.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      var escape = raw.charAt(++i);
      switch (escape) {
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> {
          text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
          i += 4;
        }
        default -> text.append(escape);
      }
    }
    return text.toString();
  }

  /** The JSON string of a text, quotes included. Lone surrogates are escaped, never lost. */
  public static Slice encode(String text) {
    var json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < 0x20 || isLoneSurrogate(text, i)) {
        json.append("\\u").append(HEX[c >> 12]).append(HEX[(c >> 8) & 15]);
        json.append(HEX[(c >> 4) & 15]).append(HEX[c & 15]);
      } else {
        json.append(c);
      }
    }
    return Slice.utf8(json.append('"').toString());
  }

  private static boolean isLoneSurrogate(String text, int at) {
    var c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }
}
