package io.portolan.registry.pin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;

/** Reads one JSON value (RFC 8259) inside bounds. For one thread. */
final class JsonReader {
  private static final int DEPTH_MAX = 64;
  private static final int CHARS_MAX = 1 << 20;
  private static final int VALUES_MAX = 100_000;
  private static final int NUMBER_CHARS_MAX = 100;
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?");

  private final String text;
  private int at;
  private int values;

  JsonReader(String text) {
    if (text.length() > CHARS_MAX) {
      throw new IllegalArgumentException("more than " + CHARS_MAX + " characters of JSON");
    }
    this.text = text;
  }

  Json whole() {
    var value = value(0);
    blank();
    if (at < text.length()) {
      throw wrong("the end");
    }
    return value;
  }

  private Json value(int depth) {
    if (depth > DEPTH_MAX || ++values > VALUES_MAX) {
      throw new IllegalArgumentException(
          "JSON deeper than " + DEPTH_MAX + ", or with more than " + VALUES_MAX + " values");
    }
    blank();
    return switch (at < text.length() ? text.charAt(at) : '\0') {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> new Json.Text(string());
      case 't' -> literal("true", new Json.Flag(true));
      case 'f' -> literal("false", new Json.Flag(false));
      case 'n' -> literal("null", new Json.Nothing());
      default -> number();
    };
  }

  private Json object(int depth) {
    var members = new LinkedHashMap<String, Json>();
    at++;
    blank();
    if (!taken('}')) {
      do {
        blank();
        if (at >= text.length() || text.charAt(at) != '"') {
          throw wrong("a name");
        }
        var name = string();
        blank();
        if (!taken(':')) {
          throw wrong("':'");
        }
        if (members.put(name, value(depth + 1)) != null) {
          throw new IllegalArgumentException("JSON with the name '" + name + "' twice");
        }
        blank();
      } while (taken(','));
      if (!taken('}')) {
        throw wrong("'}'");
      }
    }
    return new Json.Mapping(members);
  }

  private Json array(int depth) {
    var items = new ArrayList<Json>();
    at++;
    blank();
    if (!taken(']')) {
      do {
        items.add(value(depth + 1));
        blank();
      } while (taken(','));
      if (!taken(']')) {
        throw wrong("']'");
      }
    }
    return new Json.Sequence(items);
  }

  private String string() {
    var out = new StringBuilder();
    at++;
    while (true) {
      if (at >= text.length()) {
        throw wrong("'\"'");
      }
      var c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        throw wrong("an escape");
      }
      out.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    var c = at < text.length() ? text.charAt(at++) : '\0';
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
          throw wrong("four hexadecimal digits");
        }
        at += 4;
        yield (char) Integer.parseInt(text, at - 4, at, 16);
      }
      default -> throw wrong("an escape");
    };
  }

  private Json number() {
    var matcher = NUMBER.matcher(text).region(at, text.length());
    if (!matcher.lookingAt() || matcher.end() - at > NUMBER_CHARS_MAX) {
      throw wrong("a value");
    }
    at = matcher.end();
    return new Json.Numeral(matcher.group());
  }

  private Json literal(String word, Json value) {
    if (!text.startsWith(word, at)) {
      throw wrong("a value");
    }
    at += word.length();
    return value;
  }

  private boolean taken(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void blank() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException("no JSON at character " + at + "; expected " + expected);
  }
}
