package io.portolan.e2e.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A JSON text with some of its values left out: what two texts must share byte for byte when a
 * gateway may rewrite just these values.
 */
public final class Masked {
  private Masked() {}

  /** The text with each of the values replaced by its number in the text, one character a byte. */
  public static String without(byte[] json, List<String[]> paths) {
    var text = JsonText.of(json);
    var spans = new ArrayList<JsonText.Node>();
    for (var path : paths) {
      text.at(path).ifPresent(spans::add);
    }
    spans.sort(Comparator.comparingInt(JsonText.Node::start));
    var out = new StringBuilder();
    var from = 0;
    for (var span : spans) {
      out.append(new String(json, from, span.start() - from, ISO_8859_1)).append("<rewritten>");
      from = span.end();
    }
    return out.append(new String(json, from, json.length - from, ISO_8859_1)).toString();
  }

  /** Fails, showing the first difference, unless both are the same outside the given values. */
  public static void assertSame(String what, byte[] sent, byte[] arrived, List<String[]> paths) {
    var before = without(sent, paths);
    var after = without(arrived, paths);
    if (before.equals(after)) {
      return;
    }
    var at = 0;
    while (at < Math.min(before.length(), after.length())
        && before.charAt(at) == after.charAt(at)) {
      at++;
    }
    throw new AssertionError(
        what
            + " was altered from byte "
            + at
            + " on\n  sent:    "
            + around(before, at)
            + "\n  arrived: "
            + around(after, at)
            + "\n  all sent:    "
            + Shown.of(sent)
            + "\n  all arrived: "
            + Shown.of(arrived));
  }

  private static String around(String text, int at) {
    return text.substring(Math.max(0, at - 60), Math.min(text.length(), at + 120));
  }
}
