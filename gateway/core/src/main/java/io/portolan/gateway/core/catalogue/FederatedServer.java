package io.portolan.gateway.core.catalogue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one server offers, in the names of the federated view. Kept from catalogue to catalogue as
 * long as the server's lists stay what they are. Immutable.
 */
final class FederatedServer {
  private final Map<ListKind, Listing> own;
  private final Map<ListKind, List<Item>> items = new EnumMap<>(ListKind.class);
  private final Map<String, String> tools;
  private final Map<String, String> prompts;

  FederatedServer(Server server) {
    this.own = lists(server);
    own.forEach((kind, list) -> items.put(kind, federated(server, kind, list)));
    this.tools = ownNames(server, ListKind.TOOLS);
    this.prompts = ownNames(server, ListKind.PROMPTS);
  }

  private static Map<ListKind, Listing> lists(Server server) {
    var snapshot = server.snapshot();
    return snapshot == null ? Map.of() : snapshot.lists();
  }

  /** Names are unique among tools and among prompts; of two alike only the first can be called. */
  private static List<Item> federated(Server server, ListKind kind, Listing list) {
    var items = new ArrayList<Item>(list.items().size());
    var names = new HashSet<String>();
    for (var own : list.items()) {
      var item = FederatedItem.of(server, kind, own);
      if (!kind.isNamed() || names.add(item.key())) {
        items.add(item);
      }
    }
    return List.copyOf(items);
  }

  private Map<String, String> ownNames(Server server, ListKind kind) {
    var list = own.get(kind);
    if (list == null) {
      return Map.of();
    }
    var names = new HashMap<String, String>();
    for (var item : list.items()) {
      names.putIfAbsent(Names.qualified(server.handle(), item.key()), item.key());
    }
    return names;
  }

  /** Whether this still is what the server offers. Its name never changes, so its lists decide. */
  boolean isOf(Server server) {
    return own.equals(lists(server));
  }

  List<Item> items(ListKind kind) {
    return items.getOrDefault(kind, List.of());
  }

  /** The server's own name of a tool, or null. */
  @Nullable String tool(String qualified) {
    return tools.get(qualified);
  }

  /** The server's own name of a prompt, or null. */
  @Nullable String prompt(String qualified) {
    return prompts.get(qualified);
  }
}
