package io.portolan.gateway.protocol;

/**
 * Steps over parts of a JSON text that has passed {@link JsonCheck}: no checks, so never call it on
 * anything else. Every method takes and returns an index into the bytes. Stateless.
 */
final class JsonSkip {
  private JsonSkip() {}

  /** The index of the first byte from {@code at} on that is not white space. */
  static int space(byte[] bytes, int at) {
    var i = at;
    while (i < bytes.length && bytes[i] <= ' ' && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  /** The index after the string whose opening quote is at {@code at}. */
  static int string(byte[] bytes, int at) {
    var i = at + 1;
    while (true) {
      while (i + 8 <= bytes.length) {
        var hits = Words.quoteOrBackslash(Words.at(bytes, i));
        if (hits != 0) {
          i += Words.first(hits);
          break;
        }
        i = longPlain(bytes, i + 8);
      }
      var b = bytes[i];
      if (b == '"') {
        return i + 1;
      }
      i += b == '\\' ? 2 : 1;
    }
  }

  /** Steps on while the next 32 bytes are the inside of a string. */
  private static int longPlain(byte[] bytes, int at) {
    var i = at;
    while (i + 32 <= bytes.length
        && (Words.quoteOrBackslash(Words.at(bytes, i))
                | Words.quoteOrBackslash(Words.at(bytes, i + 8))
                | Words.quoteOrBackslash(Words.at(bytes, i + 16))
                | Words.quoteOrBackslash(Words.at(bytes, i + 24)))
            == 0) {
      i += 32;
    }
    return i;
  }

  /** The index after the value that starts at {@code at}. */
  static int value(byte[] bytes, int at) {
    return switch (bytes[at]) {
      case '"' -> string(bytes, at);
      case '{', '[' -> container(bytes, at);
      default -> scalar(bytes, at);
    };
  }

  private static int container(byte[] bytes, int at) {
    var depth = 0;
    var i = at;
    while (true) {
      while (i + 8 <= bytes.length) {
        var hits = Words.structure(Words.at(bytes, i));
        if (hits != 0) {
          i += Words.first(hits);
          break;
        }
        i += 8;
      }
      switch (bytes[i]) {
        case '"' -> {
          i = string(bytes, i);
          continue;
        }
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (--depth == 0) {
            return i + 1;
          }
        }
        default -> {}
      }
      i++;
    }
  }

  private static int scalar(byte[] bytes, int at) {
    var i = at;
    while (i < bytes.length) {
      var b = bytes[i];
      if (b == ',' || b == '}' || b == ']' || b <= ' ') {
        return i;
      }
      i++;
    }
    return i;
  }
}
