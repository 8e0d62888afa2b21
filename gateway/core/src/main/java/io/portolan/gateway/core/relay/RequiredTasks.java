package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which tools of legacy servers can be called as tasks only, which 2025-11-25 lets a tool say. To a
 * modern client such a call is one like any other. Thread-safe; a list is read once.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks">MCP
 *     2025-11-25, tasks</a>
 */
final class RequiredTasks {
  private static final Slice TASK = Slice.utf8("\"task\":{},");

  private record Known(Listing tools, Set<String> names) {}

  private final Map<String, Known> byServer = new ConcurrentHashMap<>();

  /** Whether a server's tool can be called as a task only. */
  boolean isRequired(Server server, @Nullable String tool) {
    var snapshot = server.snapshot();
    if (snapshot == null || tool == null) {
      return false;
    }
    var tools = snapshot.list(ListKind.TOOLS);
    var known = byServer.get(server.name());
    if (known == null || known.tools() != tools) {
      known = new Known(tools, names(tools));
      byServer.put(server.name(), known);
    }
    return known.names().contains(tool);
  }

  private static Set<String> names(Listing tools) {
    var names = new HashSet<String>();
    for (var tool : tools.items()) {
      var execution = JsonView.of(tool.json()).view("execution");
      if (execution != null && "required".equals(execution.string("taskSupport"))) {
        names.add(tool.key());
      }
    }
    return Set.copyOf(names);
  }

  /** Forgets a server that is reached in another way, or not at all, from now on. */
  void forget(String server) {
    byServer.remove(server);
  }

  /** Makes a call one that is to become a task. */
  static void ask(Message.Request request, Splice splice) {
    var params = request.params();
    if (params != null && params.get("task") == null) {
      splice.insert(params.object().from() + 1, TASK);
    }
  }

  /** The task that a legacy server made of a call; null when there is none. */
  static @Nullable String in(Message.Answer answer) {
    var members = answer instanceof Message.Result result ? result.members() : null;
    var task = members == null ? null : members.view("task");
    return task == null ? null : task.string("taskId");
  }
}
