package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tools say that calling them twice is as good as once: {@code idempotentHint} or {@code
 * readOnlyHint} of their annotations. A hint that is absent means no, as MCP has it.
 */
final class RepeatableTools {
  private RepeatableTools() {}

  /** The names of those tools in a list. */
  static Set<String> of(Listing tools) {
    var names = new HashSet<String>();
    for (var tool : tools.items()) {
      var annotations = JsonView.of(tool.json()).view("annotations");
      if (annotations != null
          && (isTrue(annotations.get("idempotentHint"))
              || isTrue(annotations.get("readOnlyHint")))) {
        names.add(tool.key());
      }
    }
    return names;
  }

  private static boolean isTrue(@Nullable Slice value) {
    return value != null && value.is("true");
  }
}
