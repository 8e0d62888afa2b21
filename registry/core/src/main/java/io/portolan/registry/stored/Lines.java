package io.portolan.registry.stored;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pairs in one column, a line of {@code name=value} each, in the order of their names; backslash,
 * line break and a name's equals sign are escaped. Stateless.
 */
final class Lines {
  private Lines() {}

  static String of(Map<String, String> pairs) {
    var out = new StringBuilder();
    new TreeMap<>(pairs)
        .forEach(
            (name, value) -> {
              escape(out, name, "=");
              out.append('=');
              escape(out, value, "");
              out.append('\n');
            });
    return out.toString();
  }

  private static void escape(StringBuilder out, String text, String more) {
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '\n') {
        out.append("\\n");
      } else {
        out.append(c == '\\' || more.indexOf(c) >= 0 ? "\\" : "").append(c);
      }
    }
  }

  static Map<String, String> read(String lines) {
    var pairs = new LinkedHashMap<String, String>();
    var name = new StringBuilder();
    var value = new StringBuilder();
    var into = name;
    for (int i = 0; i < lines.length(); i++) {
      var c = lines.charAt(i);
      if (c == '\\' && i + 1 < lines.length()) {
        var escaped = lines.charAt(++i);
        into.append(escaped == 'n' ? '\n' : escaped);
      } else if (c == '=' && into == name) {
        into = value;
      } else if (c == '\n') {
        pairs.put(name.toString(), value.toString());
        name.setLength(0);
        value.setLength(0);
        into = name;
      } else {
        into.append(c);
      }
    }
    return pairs;
  }
}
