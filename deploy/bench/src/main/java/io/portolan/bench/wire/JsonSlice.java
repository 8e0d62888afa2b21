package io.portolan.bench.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One JSON value inside an array of UTF-8 bytes: a view, nothing is copied until asked for.
 *
 * <p>It checks no more than it needs to find where values end. Methods throw {@link
 * MalformedException} where the bytes cannot be JSON. The array must not change while it is viewed.
 */
public final class JsonSlice {
  private final byte[] bytes;
  private final int from;
  private final int to;

  private JsonSlice(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /** The one value between {@code from} (inclusive) and {@code to} (exclusive). */
  public static JsonSlice of(byte[] bytes, int from, int to) {
    var start = skipSpace(bytes, from, to);
    var end = skipValue(bytes, start, to);
    if (skipSpace(bytes, end, to) != to) {
      throw new MalformedException("bytes after the JSON value, at " + end);
    }
    return new JsonSlice(bytes, start, end);
  }

  /** The one value in {@code bytes}. */
  public static JsonSlice of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /** The array this is a view of. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the value starts, inclusive. */
  public int from() {
    return from;
  }

  /** Where the value ends, exclusive. */
  public int to() {
    return to;
  }

  /** The member of that name (plain ASCII), or empty when there is none or this is no object. */
  public Optional<JsonSlice> member(String name) {
    if (bytes[from] != '{') {
      return Optional.empty();
    }
    var at = skipSpace(bytes, from + 1, to);
    while (at < to && bytes[at] == '"') {
      var nameEnd = skipValue(bytes, at, to);
      var colon = skipSpace(bytes, nameEnd, to);
      expect(colon, ':');
      var valueFrom = skipSpace(bytes, colon + 1, to);
      var valueTo = skipValue(bytes, valueFrom, to);
      if (matches(at + 1, nameEnd - 1, name)) {
        return Optional.of(new JsonSlice(bytes, valueFrom, valueTo));
      }
      at = skipSpace(bytes, valueTo, to);
      if (at < to && bytes[at] == ',') {
        at = skipSpace(bytes, at + 1, to);
      }
    }
    return Optional.empty();
  }

  /** Follows members and, where a step is a number, elements; empty when a step is missing. */
  public Optional<JsonSlice> at(String... path) {
    Optional<JsonSlice> found = Optional.of(this);
    for (var step : path) {
      found =
          Character.isDigit(step.charAt(0))
              ? found.flatMap(value -> value.element(Integer.parseInt(step)))
              : found.flatMap(value -> value.member(step));
    }
    return found;
  }

  /** The elements of an array; none when this is no array. */
  public List<JsonSlice> elements() {
    var elements = new ArrayList<JsonSlice>();
    if (bytes[from] != '[') {
      return elements;
    }
    var at = skipSpace(bytes, from + 1, to);
    while (at < to && bytes[at] != ']') {
      var end = skipValue(bytes, at, to);
      elements.add(new JsonSlice(bytes, at, end));
      at = skipSpace(bytes, end, to);
      if (at < to && bytes[at] == ',') {
        at = skipSpace(bytes, at + 1, to);
      }
    }
    return elements;
  }

  /** Whether the bytes of the value are exactly these ASCII characters, quotes included. */
  public boolean is(String raw) {
    return matches(from, to, raw);
  }

  /** The value's bytes as they stand, decoded as UTF-8. */
  public String raw() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** A string's characters, escapes resolved; for anything else, {@link #raw()}. */
  public String text() {
    if (bytes[from] != '"') {
      return raw();
    }
    var raw = new String(bytes, from + 1, to - from - 2, StandardCharsets.UTF_8);
    return raw.indexOf('\\') < 0 ? raw : unescaped(raw);
  }

  private Optional<JsonSlice> element(int index) {
    var elements = elements();
    return index < elements.size() ? Optional.of(elements.get(index)) : Optional.empty();
  }

  private static String unescaped(String raw) {
    var text = new StringBuilder(raw.length());
    for (var i = 0; i < raw.length(); i++) {
      var c = raw.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      if (++i == raw.length()) {
        throw new MalformedException("a string ends inside an escape");
      }
      switch (raw.charAt(i)) {
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case 'r' -> text.append('\r');
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'u' -> {
          text.append(hex(raw, i + 1));
          i += 4;
        }
        default -> text.append(raw.charAt(i));
      }
    }
    return text.toString();
  }

  private static char hex(String raw, int at) {
    try {
      return (char) Integer.parseInt(raw, at, at + 4, 16);
    } catch (IndexOutOfBoundsException | NumberFormatException _) {
      throw new MalformedException("a \\u escape without four hex digits");
    }
  }

  private boolean matches(int start, int end, String name) {
    if (end - start != name.length()) {
      return false;
    }
    for (var i = 0; i < name.length(); i++) {
      if (bytes[start + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void expect(int at, char c) {
    if (at >= to || bytes[at] != c) {
      throw new MalformedException("expected '" + c + "' at " + at);
    }
  }

  private static int skipSpace(byte[] bytes, int from, int to) {
    var at = from;
    while (at < to
        && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
      at++;
    }
    return at;
  }

  private static int skipValue(byte[] bytes, int from, int to) {
    if (from >= to) {
      throw new MalformedException("expected a JSON value at " + from + ", found the end");
    }
    return switch (bytes[from]) {
      case '"' -> skipString(bytes, from, to);
      case '{', '[' -> skipNested(bytes, from, to);
      default -> skipScalar(bytes, from, to);
    };
  }

  private static int skipString(byte[] bytes, int from, int to) {
    for (var at = from + 1; at < to; at++) {
      if (bytes[at] == '"') {
        return at + 1;
      }
      if (bytes[at] == '\\') {
        at++;
      }
    }
    throw new MalformedException("a string does not end, from " + from);
  }

  private static int skipNested(byte[] bytes, int from, int to) {
    var depth = 0;
    for (var at = from; at < to; at++) {
      switch (bytes[at]) {
        case '"' -> at = skipString(bytes, at, to) - 1;
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (--depth == 0) {
            return at + 1;
          }
        }
        default -> {}
      }
    }
    throw new MalformedException("an object or array does not end, from " + from);
  }

  private static int skipScalar(byte[] bytes, int from, int to) {
    var at = from;
    while (at < to && ",:]} \n\r\t".indexOf(bytes[at]) < 0) {
      at++;
    }
    if (at == from) {
      throw new MalformedException("expected a JSON value at " + from);
    }
    return at;
  }
}
