package io.portolan.e2e.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A JSON text and the place of every value in it; strict enough to refuse what is not JSON. */
public final class JsonText {
  /** One value: its bytes are {@code [start, end)}. Members and items are in the text's order. */
  public record Node(int start, int end, List<Member> members, List<Node> items) {}

  /** One member of an object; the name is decoded. */
  public record Member(String name, Node value) {}

  private final byte[] bytes;
  private final Node root;
  private int at;

  private JsonText(byte[] bytes) {
    this.bytes = bytes;
    whitespace();
    root = value();
    whitespace();
    if (at != bytes.length) {
      throw wrong("text after the value");
    }
  }

  public static JsonText of(byte[] bytes) {
    return new JsonText(bytes.clone());
  }

  public static JsonText of(String text) {
    return new JsonText(text.getBytes(UTF_8));
  }

  public Node root() {
    return root;
  }

  /** The value under a path of member names and array indices, for example "content", "0". */
  public Optional<Node> at(String... path) {
    var node = root;
    for (var step : path) {
      var next = child(node, step);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      node = next.get();
    }
    return Optional.of(node);
  }

  /** The raw bytes of the value under a path that must exist. */
  public byte[] raw(String... path) {
    return raw(
        at(path)
            .orElseThrow(
                () -> new AssertionError("no " + List.of(path) + " in " + Shown.of(bytes))));
  }

  public byte[] raw(Node node) {
    return java.util.Arrays.copyOfRange(bytes, node.start(), node.end());
  }

  /** The raw text of the value under a path that must exist. */
  public String text(String... path) {
    return new String(raw(path), UTF_8);
  }

  /** The decoded string under a path that must exist and be a string. */
  public String string(String... path) {
    return JsonStrings.decode(raw(path));
  }

  private static Optional<Node> child(Node node, String step) {
    if (!node.items().isEmpty() && step.chars().allMatch(Character::isDigit)) {
      var index = Integer.parseInt(step);
      return index < node.items().size() ? Optional.of(node.items().get(index)) : Optional.empty();
    }
    return node.members().stream()
        .filter(member -> member.name().equals(step))
        .map(Member::value)
        .findFirst();
  }

  private Node value() {
    if (at >= bytes.length) {
      throw wrong("the end");
    }
    return switch (bytes[at]) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      default -> scalar();
    };
  }

  private Node object() {
    var start = at++;
    var members = new ArrayList<Member>();
    whitespace();
    if (bytes[at] != '}') {
      do {
        whitespace();
        var name = JsonStrings.decode(raw(string()));
        whitespace();
        expect(':');
        whitespace();
        members.add(new Member(name, value()));
        whitespace();
      } while (separator());
    }
    expect('}');
    return new Node(start, at, List.copyOf(members), List.of());
  }

  private Node array() {
    var start = at++;
    var items = new ArrayList<Node>();
    whitespace();
    if (bytes[at] != ']') {
      do {
        whitespace();
        items.add(value());
        whitespace();
      } while (separator());
    }
    expect(']');
    return new Node(start, at, List.of(), List.copyOf(items));
  }

  private Node string() {
    var start = at;
    expect('"');
    while (bytes[at] != '"') {
      at += bytes[at] == '\\' ? 2 : 1;
    }
    at++;
    return new Node(start, at, List.of(), List.of());
  }

  private Node scalar() {
    var start = at;
    while (at < bytes.length && ",]} \t\r\n".indexOf(bytes[at]) < 0) {
      at++;
    }
    var text = new String(bytes, start, at - start, UTF_8);
    if (!Set.of("true", "false", "null").contains(text)
        && !text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
      throw wrong("'" + text + "'");
    }
    return new Node(start, at, List.of(), List.of());
  }

  private boolean separator() {
    if (bytes[at] == ',') {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char wanted) {
    if (at >= bytes.length || bytes[at] != wanted) {
      throw wrong("no '" + wanted + "'");
    }
    at++;
  }

  private void whitespace() {
    while (at < bytes.length && " \t\r\n".indexOf(bytes[at]) >= 0) {
      at++;
    }
  }

  private AssertionError wrong(String what) {
    return new AssertionError("not JSON: " + what + " at byte " + at + " of " + Shown.of(bytes));
  }
}
