package io.portolan.gateway.core.view;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;

/**
 * How a modern server's tasks extension looks to a client of 2025-11-25, which has experimental
 * tasks of its own. Stateless.
 */
public final class LegacyTasks {
  /** The extension's name. */
  public static final String EXTENSION = "io.modelcontextprotocol/tasks";

  static final Slice CAPABILITY =
      Slice.utf8("{\"list\":{},\"cancel\":{},\"requests\":{\"tools\":{\"call\":{}}}}");

  private LegacyTasks() {}

  /** Whether a server's capabilities name the extension. */
  public static boolean isExtended(JsonView capabilities) {
    var extensions = capabilities.view("extensions");
    return extensions != null && extensions.get(EXTENSION) != null;
  }

  /** A legacy server's capabilities with the extension, which the gateway has on its behalf. */
  static Slice extended(Slice legacy) {
    var members = JsonView.of(legacy);
    if (members.get("tools") == null || isExtended(members)) {
      return legacy;
    }
    var extensions = members.view("extensions");
    var splice = new Splice(members.object());
    var member = "\"" + EXTENSION + "\":{}";
    if (extensions != null) {
      splice.insert(
          extensions.object().from() + 1, Slice.utf8(member + (extensions.size() > 0 ? "," : "")));
    } else {
      var _ = splice.takeOut(members, "extensions"::equals);
      splice.insert(members.object().from() + 1, Slice.utf8("\"extensions\":{" + member + "},"));
    }
    return splice.apply().join();
  }

  /** A modern server's capabilities with those tasks that the extension makes possible. */
  public static Slice capabilities(Slice modern) {
    var members = JsonView.of(modern);
    if (members.get("tasks") != null || !isExtended(members)) {
      return modern;
    }
    return new Splice(modern)
        .insert(modern.from() + 1, Slice.utf8("\"tasks\":" + CAPABILITY.text() + ","))
        .apply()
        .join();
  }
}
