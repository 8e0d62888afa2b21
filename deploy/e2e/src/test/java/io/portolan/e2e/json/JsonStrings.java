package io.portolan.e2e.json;

import static java.nio.charset.StandardCharsets.UTF_8;

/** JSON string literals, decoded and written. */
public final class JsonStrings {
  private JsonStrings() {}

  /** The value of a literal, given with its quotes. Lone surrogates stay what they are. */
  public static String decode(byte[] literal) {
    var text = new String(literal, 1, literal.length - 2, UTF_8);
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c < ' ') {
        throw new AssertionError("a control character in " + Shown.of(literal));
      }
      if (c != '\\') {
        out.append(c);
        continue;
      }
      var escape = text.charAt(++i);
      switch (escape) {
        case '"', '\\', '/' -> out.append(escape);
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
          i += 4;
        }
        default -> throw new AssertionError("\\" + escape + " in " + Shown.of(literal));
      }
    }
    return out.toString();
  }

  /** A literal with its quotes, escaping no more than it must. */
  public static String literal(String value) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c < ' ' || Character.isSurrogate(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
