package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.catalogue.Item;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.view.AdmittedView;
import io.portolan.gateway.core.view.FederatedView;
import io.portolan.gateway.core.view.LegacyTasks;
import io.portolan.gateway.core.view.SingleView;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Says in the list of tools that those of modern servers with the tasks extension may be called as
 * tasks: a client of 2025-11-25 does so only where a tool says it. Thread-safe; a list is rewritten
 * once.
 */
public final class TaskTools {
  private static final String EXECUTION = "execution";
  private static final Slice OPTIONAL = Slice.utf8("\"execution\":{\"taskSupport\":\"optional\"}");
  private static final Slice COMMA = Slice.utf8(",");

  private final Map<Listing, Listing> rewritten = Collections.synchronizedMap(new WeakHashMap<>());

  /** The tools of a view for a session of this version; mostly the very same. */
  public Listing of(View view, Listing tools, ProtocolVersion version) {
    if (version.compareTo(ProtocolVersion.V2025_11_25) < 0
        || view.servers().stream().noneMatch(TaskTools::hasTasks)) {
      return tools;
    }
    var known = rewritten.get(tools);
    if (known != null) {
      return known;
    }
    var items = new ArrayList<Item>(tools.items().size());
    for (var tool : tools.items()) {
      items.add(hasTasks(owner(view, tool)) ? withTasks(tool) : tool);
    }
    var list = new Listing(items);
    rewritten.put(tools, list);
    return list;
  }

  private static @Nullable Server owner(View view, Item tool) {
    return switch (view) {
      case SingleView(var server, var _) -> server;
      case AdmittedView admitted -> owner(admitted.all(), tool);
      case FederatedView(var catalogue, var _) -> {
        var target = catalogue.tool(tool.key());
        yield target == null ? null : target.server();
      }
    };
  }

  private static boolean hasTasks(@Nullable Server server) {
    var snapshot = server == null ? null : server.snapshot();
    if (snapshot == null || snapshot.profile().speaks(Era.LEGACY)) {
      return false;
    }
    var capabilities = snapshot.profile().hello(Era.MODERN).view("capabilities");
    return capabilities != null && LegacyTasks.isExtended(capabilities);
  }

  private static Item withTasks(Item tool) {
    var members = JsonView.of(tool.json());
    if (members.get(EXECUTION) != null) {
      return tool;
    }
    var at = tool.json().to() - 1;
    var splice = new Splice(tool.json());
    if (members.size() > 0) {
      splice.insert(at, COMMA);
    }
    return new Item(tool.key(), splice.insert(at, OPTIONAL).apply().join());
  }
}
