package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.protocol.JsonView;
import java.util.HashSet;
import java.util.Set;

/**
 * Which tools say that they may destroy something: {@code destructiveHint} of their annotations. A
 * tool without annotations may too, as MCP has it, but does not say so.
 */
final class DestructiveTools {
  private DestructiveTools() {}

  /** The names of those tools in a list. */
  static Set<String> of(Listing tools) {
    var names = new HashSet<String>();
    for (var tool : tools.items()) {
      var annotations = JsonView.of(tool.json()).view("annotations");
      var destructive = annotations == null ? null : annotations.get("destructiveHint");
      if (destructive != null && destructive.is("true")) {
        names.add(tool.key());
      }
    }
    return names;
  }
}
