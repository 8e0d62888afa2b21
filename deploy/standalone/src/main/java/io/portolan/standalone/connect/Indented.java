package io.portolan.standalone.connect;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;

/** Lays JSON out as people read it. Stateless. */
final class Indented {
  private Indented() {}

  /** An object, a member a line; {@code depth} steps of two blanks are outside of it. */
  static String of(Slice json, int depth) {
    if (!json.isObject()) {
      return json.text();
    }
    var members = JsonView.of(json);
    var text = new StringBuilder("{");
    for (var i = 0; i < members.size(); i++) {
      text.append(i == 0 ? "\n" : ",\n")
          .append("  ".repeat(depth + 1))
          .append(members.rawName(i).text())
          .append(": ")
          .append(of(members.value(i), depth + 1));
    }
    return text.append('\n').append("  ".repeat(depth)).append('}').toString();
  }
}
