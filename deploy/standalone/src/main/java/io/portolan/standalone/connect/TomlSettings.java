package io.portolan.standalone.connect;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;
import java.io.IOException;
import java.util.regex.Pattern;

/** Puts an entry into settings that are TOML: a table at the end, which is right anywhere. */
final class TomlSettings {
  private TomlSettings() {}

  /**
   * The same settings with a table.
   *
   * @param entry an object of texts; TOML writes them as JSON does
   * @throws IOException when there is such a table already
   */
  static String with(String text, String section, String name, Slice entry) throws IOException {
    var header = "[" + section + "." + name + "]";
    var taken =
        Pattern.compile("(?m)^\\s*\\[\\s*" + section + "\\s*\\.\\s*\"?" + name + "\"?\\s*[.\\]]");
    if (taken.matcher(text).find()) {
      throw new IOException("it has a table " + header + " already; remove that first");
    }
    var table = new StringBuilder(text);
    if (!text.isEmpty()) {
      table.append(text.endsWith("\n") ? "\n" : "\n\n");
    }
    table.append(header).append('\n');
    var members = JsonView.of(entry);
    for (var i = 0; i < members.size(); i++) {
      table.append(members.name(i)).append(" = ").append(members.value(i).text()).append('\n');
    }
    return table.toString();
  }
}
