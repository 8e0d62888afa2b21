package io.portolan.gateway.protocol;

import java.util.HashSet;
import java.util.random.RandomGenerator;

/** Writes random JSON: any spacing, escapes, key order, numbers and alphabets. */
final class RandomJson {
  private static final String[] ALPHABETS = {
    "abcdefghijklmnopqrstuvwxyz",
    "ABC 0123456789_-.",
    "äöüßéñ",
    "世界你好数据",
    "😀🚀𐀀",
    "\"\\/\b\f\n\r\t",
    "\u007f\u2028\ufeff"
  };

  private final RandomGenerator random;

  RandomJson(RandomGenerator random) {
    this.random = random;
  }

  /** A value of any kind, objects and arrays nested at most {@code depth} deep. */
  String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> string();
      case 1, 2 -> number();
      case 3 -> random.nextBoolean() ? "true" : "false";
      case 4 -> random.nextInt(3) == 0 ? "null" : string();
      case 5, 6 -> object(depth);
      default -> array(depth);
    };
  }

  String object(int depth) {
    var json = new StringBuilder("{").append(space());
    var names = new HashSet<String>();
    for (int i = size(); i > 0; i--) {
      var name = text(random.nextInt(12));
      if (names.add(name)) {
        json.append(names.size() > 1 ? "," + space() : "");
        json.append(written(name)).append(space()).append(':').append(space());
        json.append(value(depth - 1)).append(space());
      }
    }
    return json.append('}').toString();
  }

  private String array(int depth) {
    var json = new StringBuilder("[").append(space());
    var size = size();
    for (int i = 0; i < size; i++) {
      json.append(i > 0 ? "," + space() : "").append(value(depth - 1)).append(space());
    }
    return json.append(']').toString();
  }

  /** Mostly few, at times enough for the table of names. */
  private int size() {
    return random.nextInt(random.nextInt(20) == 0 ? 60 : 6);
  }

  /** A string as one of many ways to write it. */
  String string() {
    return written(text(random.nextInt(random.nextInt(10) == 0 ? 300 : 20)));
  }

  /** A text of several alphabets. */
  String text(int length) {
    var text = new StringBuilder();
    while (text.length() < length) {
      var alphabet = ALPHABETS[random.nextInt(random.nextInt(3) == 0 ? ALPHABETS.length : 1)];
      for (int i = random.nextInt(1, 12); i > 0; i--) {
        var points = alphabet.codePoints().toArray();
        text.appendCodePoint(points[random.nextInt(points.length)]);
      }
    }
    if (random.nextInt(40) == 0) {
      text.append((char) random.nextInt(0xd800, 0xe000)); // a lone surrogate can only be escaped
    }
    return text.toString();
  }

  private String written(String text) {
    var json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      var paired = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
      if (paired && random.nextInt(4) > 0) {
        json.append(c).append(text.charAt(++i));
      } else if (Character.isSurrogate(c) || c < ' ' || random.nextInt(30) == 0) {
        var hex = String.format(random.nextBoolean() ? "%04x" : "%04X", (int) c);
        json.append(c == '\n' && random.nextBoolean() ? "\\n" : "\\u" + hex);
      } else if (c == '"' || c == '\\' || (c == '/' && random.nextBoolean())) {
        json.append('\\').append(c);
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  String number() {
    var json = new StringBuilder(random.nextBoolean() ? "-" : "");
    json.append(random.nextInt(4) == 0 ? "0" : random.nextInt(1, 10) + digits(1));
    if (random.nextInt(3) == 0) {
      json.append('.').append(random.nextInt(10)).append(digits(2));
    }
    if (random.nextInt(5) == 0) {
      json.append(random.nextBoolean() ? "e" : "E");
      json.append(new String[] {"", "+", "-"}[random.nextInt(3)]).append(random.nextInt(400));
    }
    return json.toString();
  }

  private String digits(int scale) {
    var digits = new StringBuilder();
    for (int i = random.nextInt(random.nextInt(6) == 0 ? 25 * scale : 4); i > 0; i--) {
      digits.append(random.nextInt(10));
    }
    return digits.toString();
  }

  private String space() {
    return random.nextInt(4) > 0
        ? ""
        : new String[] {" ", "\n", "\r\n", "\t", "  ", "\n    "}[random.nextInt(6)];
  }
}
