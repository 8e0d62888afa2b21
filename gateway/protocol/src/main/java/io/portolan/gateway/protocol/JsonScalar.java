package io.portolan.gateway.protocol;

/*
 * Strings are crossed eight bytes at a time up to the next byte that means something: a quote, an
 * escape, a control character or the start of a multi-byte sequence.
 */

/**
 * Checks the values without parts: strings, numbers, literals. Every method takes the index of a
 * value's first byte and the end of the text, and returns the index after the value. Stateless.
 */
final class JsonScalar {
  private JsonScalar() {}

  /** Crosses the string whose opening quote is at {@code at}. */
  static int string(byte[] bytes, int at, int end) throws MalformedJson {
    var i = at + 1;
    while (true) {
      i = plain(bytes, i, end);
      if (i >= end) {
        throw MalformedJson.at(end, "unterminated string");
      }
      var b = bytes[i];
      if (b == '"') {
        return i + 1;
      }
      if (b == '\\') {
        i = escape(bytes, i, end);
      } else if (b < 0) {
        i = multibytes(bytes, i, end);
      } else if (b < ' ') {
        throw MalformedJson.at(i, "control character in a string");
      } else {
        i++;
      }
    }
  }

  /** Steps to the next byte that is not plain, or into the last seven bytes of the text. */
  private static int plain(byte[] bytes, int at, int end) {
    var i = at;
    while (i + 8 <= end) {
      var hits = Words.special(Words.at(bytes, i));
      if (hits != 0) {
        return i + Words.first(hits);
      }
      i += 8;
      while (i + 32 <= end
          && (Words.special(Words.at(bytes, i))
                  | Words.special(Words.at(bytes, i + 8))
                  | Words.special(Words.at(bytes, i + 16))
                  | Words.special(Words.at(bytes, i + 24)))
              == 0) {
        i += 32;
      }
    }
    return i;
  }

  /** Crosses one or more escapes that follow each other. */
  private static int escape(byte[] bytes, int at, int end) throws MalformedJson {
    var i = at;
    do {
      if (i + 1 >= end) {
        throw MalformedJson.at(i, "bad escape");
      }
      var c = bytes[i + 1];
      if (c == 'u') {
        i = unicode(bytes, i, end);
      } else if (isEscapable(c)) {
        i += 2;
      } else {
        throw MalformedJson.at(i, "bad escape");
      }
    } while (i < end && bytes[i] == '\\');
    return i;
  }

  /** The most frequent ones first. */
  private static boolean isEscapable(byte c) {
    return c == '"' || c == 'n' || c == '\\' || c == '/' || c == 't' || c == 'r' || c == 'b'
        || c == 'f';
  }

  private static int unicode(byte[] bytes, int at, int end) throws MalformedJson {
    for (int i = at + 2; i < at + 6; i++) {
      if (i >= end || !isHex(bytes[i])) {
        throw MalformedJson.at(at, "bad unicode escape");
      }
    }
    return at + 6;
  }

  private static boolean isHex(byte b) {
    var letter = b | 0x20;
    return (b >= '0' && b <= '9') || (letter >= 'a' && letter <= 'f');
  }

  /** Crosses one or more multi-byte UTF-8 sequences that follow each other. */
  private static int multibytes(byte[] bytes, int at, int end) throws MalformedJson {
    var i = at;
    do {
      var length = sequence(bytes, i, end);
      if (length == 0) {
        throw MalformedJson.at(i, "invalid UTF-8");
      }
      i += length;
    } while (i < end && bytes[i] < 0);
    return i;
  }

  /** The length of a multi-byte sequence, or 0 when it is not valid (Unicode 15, table 3-7). */
  private static int sequence(byte[] bytes, int at, int end) {
    var first = bytes[at] & 0xff;
    if (first >= 0xe0 && first <= 0xef) {
      return at + 2 < end && isThree(first, bytes[at + 1], bytes[at + 2]) ? 3 : 0;
    }
    if (first >= 0xc2 && first <= 0xdf) {
      return at + 1 < end && isTail(bytes[at + 1]) ? 2 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4 && at + 3 < end) {
      var second = bytes[at + 1] & 0xff;
      var low = first == 0xf0 ? 0x90 : 0x80;
      var high = first == 0xf4 ? 0x8f : 0xbf;
      var valid = second >= low && second <= high;
      return valid && isTail(bytes[at + 2]) && isTail(bytes[at + 3]) ? 4 : 0;
    }
    return 0;
  }

  /** Neither overlong (below U+0800) nor a surrogate (U+D800 to U+DFFF). */
  private static boolean isThree(int first, byte second, byte third) {
    if (!isTail(second) || !isTail(third)) {
      return false;
    }
    var upper = (second & 0x20) != 0;
    return first == 0xe0 ? upper : first != 0xed || !upper;
  }

  private static boolean isTail(byte b) {
    return (b & 0xc0) == 0x80;
  }

  /** Crosses {@code true}, {@code false}, {@code null} or a number. */
  static int literalOrNumber(byte[] bytes, int at, int end, int numberBytesMax)
      throws MalformedJson {
    return switch (bytes[at]) {
      case 't' -> literal(bytes, at, end, "true");
      case 'f' -> literal(bytes, at, end, "false");
      case 'n' -> literal(bytes, at, end, "null");
      default -> number(bytes, at, end, numberBytesMax);
    };
  }

  private static int literal(byte[] bytes, int at, int end, String word) throws MalformedJson {
    for (int i = 0; i < word.length(); i++) {
      if (at + i >= end || bytes[at + i] != word.charAt(i)) {
        throw MalformedJson.at(at, "expected a value");
      }
    }
    return at + word.length();
  }

  private static int number(byte[] bytes, int at, int end, int numberBytesMax)
      throws MalformedJson {
    var i = bytes[at] == '-' ? at + 1 : at;
    var whole = digits(bytes, i, end);
    if (whole == i) {
      throw MalformedJson.at(at, "expected a value");
    }
    if (bytes[i] == '0') {
      whole = i + 1; // no digit may follow a leading zero
    }
    i = whole;
    if (i < end && bytes[i] == '.') {
      i = some(bytes, i + 1, end, "expected a digit after '.'");
    }
    if (i < end && (bytes[i] | 0x20) == 'e') {
      i++;
      if (i < end && (bytes[i] == '+' || bytes[i] == '-')) {
        i++;
      }
      i = some(bytes, i, end, "expected a digit in the exponent");
    }
    if (i - at > numberBytesMax) {
      throw MalformedJson.limit("number longer than " + numberBytesMax + " bytes");
    }
    return i;
  }

  private static int some(byte[] bytes, int at, int end, String otherwise) throws MalformedJson {
    var i = digits(bytes, at, end);
    if (i == at) {
      throw MalformedJson.at(at, otherwise);
    }
    return i;
  }

  private static int digits(byte[] bytes, int at, int end) {
    var i = at;
    while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    return i;
  }
}
