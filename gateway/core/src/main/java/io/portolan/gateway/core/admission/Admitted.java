package io.portolan.gateway.core.admission;

import io.portolan.gateway.core.catalogue.Item;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.tenancy.access.Access;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Permission;
import io.portolan.tenancy.access.Risk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What some callers are admitted to: lists and requests are decided by the same permissions.
 * Thread-safe.
 */
public final class Admitted {
  private static final List<ItemKind> SHOWN =
      List.of(ItemKind.TOOL, ItemKind.RESOURCE, ItemKind.PROMPT, ItemKind.METHOD);

  /** Where an item of a list comes from: a server, and its own name for the item. */
  public record Origin(Server server, String name) {}

  /** Finds where the item with a key comes from; null when it comes from nowhere. */
  @FunctionalInterface
  public interface Origins {
    @Nullable Origin of(String key);
  }

  private record Place(String server, ListKind kind) {}

  /**
   * What was last shown of one list of one server.
   *
   * @param whole the list it was taken from
   * @param isNews whether it was another than before
   */
  private record Shown(Listing whole, List<Item> items, boolean isNews) {}

  private final Access access;
  private final ConcurrentHashMap<Listing, AdmittedList> lists = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Place, Shown> shown = new ConcurrentHashMap<>();

  Admitted(Access access) {
    this.access = access;
  }

  /** What they may do with something of a server. */
  public Permission on(ItemKind kind, Server server, String name) {
    return access.on(new io.portolan.tenancy.access.Item(kind, server.name(), name, Risk.L0));
  }

  /** Whether anything of a kind might exist for them at a server. */
  public boolean mayReach(Server server, ItemKind kind) {
    return access.mayReach(server.name(), kind);
  }

  /** Whether a server exists for them: whether anything of it might. */
  public boolean sees(Server server) {
    for (var kind : SHOWN) {
      if (access.mayReach(server.name(), kind)) {
        return true;
      }
    }
    return false;
  }

  /** A list as they see it; filtered once for each list. */
  public AdmittedList list(ListKind kind, Listing whole, Origins origins) {
    var known = lists.get(whole);
    return known != null
        ? known
        : lists.computeIfAbsent(whole, _ -> filtered(kind, whole, origins));
  }

  private AdmittedList filtered(ListKind kind, Listing whole, Origins origins) {
    var items = new ArrayList<Item>();
    var permissions = new HashMap<String, Permission>();
    for (var item : whole.items()) {
      var origin = origins.of(item.key());
      var permission = origin == null ? null : permission(kind, item, origin);
      if (permission != null && permission.exists()) {
        items.add(item);
        permissions.put(item.key(), permission);
      }
    }
    var isWhole = items.size() == whole.items().size();
    return new AdmittedList(isWhole ? whole : new Listing(items), permissions);
  }

  private Permission permission(ListKind kind, Item item, Origin origin) {
    var risk = kind == ListKind.TOOLS ? ClaimedRisk.of(item.json()) : Risk.L0;
    return access.on(
        new io.portolan.tenancy.access.Item(
            kindOf(kind), origin.server().name(), origin.name(), risk));
  }

  /** What kind of items a list has. */
  public static ItemKind kindOf(ListKind kind) {
    return switch (kind) {
      case TOOLS -> ItemKind.TOOL;
      case RESOURCES, TEMPLATES -> ItemKind.RESOURCE;
      case PROMPTS -> ItemKind.PROMPT;
    };
  }

  /** Notes what is shown of these servers, so that {@link #isNews} can tell what changes. */
  public void note(Collection<Server> servers) {
    for (var server : servers) {
      for (var kind : ListKind.values()) {
        var _ = isNews(server.name(), server, kind);
      }
    }
  }

  /**
   * Whether a server's list, which changed, changed for them: a change among what does not exist
   * for them is none.
   *
   * @param server the server as it is now; null when it is gone
   */
  public boolean isNews(String name, @Nullable Server server, ListKind kind) {
    var snapshot = server == null ? null : server.snapshot();
    var whole = snapshot == null ? Listing.EMPTY : snapshot.list(kind);
    var now =
        shown.compute(
            new Place(name, kind),
            (_, before) -> {
              if (before != null && before.whole() == whole) {
                return before;
              }
              var items =
                  server == null
                      ? List.<Item>of()
                      : filtered(kind, whole, key -> new Origin(server, key)).shown().items();
              return new Shown(whole, items, before == null || !before.items().equals(items));
            });
    return now.isNews();
  }

  void forgetLists() {
    lists.clear();
  }
}
