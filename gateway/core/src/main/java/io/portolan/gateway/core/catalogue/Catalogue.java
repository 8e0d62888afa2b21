package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.upstream.Condition;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/*
 * A new catalogue shares with the one before whatever did not change: a server's health changes
 * without its lists being touched, and of a hundred servers that start one after the other each is
 * put into federated names once. A tenant's catalogue shares what all tenants see with theirs.
 */

/**
 * Everything the servers offer a tenant at one moment, in the names of the federated view: routes
 * are a look-up, lists are ready to send. Immutable; swapped as a whole.
 */
public final class Catalogue {
  /** Nothing. */
  public static final Catalogue EMPTY = new Catalogue(List.of());

  private static final System.Logger LOG = System.getLogger(Catalogue.class.getName());

  /** Where a qualified name leads: a server, and its own name for the item. */
  public record Target(Server server, String name) {}

  private final Map<String, Server> servers = new TreeMap<>();
  private final Map<String, Server> byKey = new HashMap<>();
  private final Map<String, Server> byScheme = new HashMap<>();
  private final Map<String, FederatedServer> federated = new TreeMap<>();
  private final Map<ListKind, Listing> lists = new EnumMap<>(ListKind.class);

  /**
   * The catalogue of these servers; of two with the same handle the first counts. What did not
   * change is taken from others.
   */
  Catalogue(Collection<Server> all, Catalogue... others) {
    for (var server : all) {
      if (servers.putIfAbsent(server.handle(), server) != null) {
        LOG.log(
            System.Logger.Level.WARNING,
            "server {0} is left out: there is another one named {1}",
            server.name(),
            server.handle());
      }
    }
    for (var server : servers.values()) {
      register(server, others);
    }
    for (var other : others) {
      if (other.federated.equals(federated)) {
        lists.putAll(other.lists);
        return;
      }
    }
    for (var kind : ListKind.values()) {
      lists.put(kind, joined(kind, others));
    }
  }

  /** Only two names that were made for it, or a collision of hashes, can have the same key. */
  private void register(Server server, Catalogue... others) {
    var taken = byKey.putIfAbsent(Names.serverKey(server.handle()), server);
    byScheme.putIfAbsent(server.schemeKey(), server);
    if (taken != null) {
      LOG.log(
          System.Logger.Level.WARNING,
          "server {0} is left out of the federated view: its names cannot be told from those of {1}",
          server.name(),
          taken.name());
      return;
    }
    federated.put(server.handle(), federated(server, others));
  }

  private static FederatedServer federated(Server server, Catalogue... others) {
    for (var other : others) {
      var same = other.servers.get(server.handle());
      var known = other.federated.get(server.handle());
      if (same != null
          && same.name().equals(server.name())
          && known != null
          && known.isOf(server)) {
        return known;
      }
    }
    return new FederatedServer(server);
  }

  private Listing joined(ListKind kind, Catalogue... others) {
    var items = new ArrayList<Item>();
    for (var server : federated.values()) {
      items.addAll(server.items(kind));
    }
    var list = new Listing(items);
    for (var other : others) {
      var known = other.lists.get(kind);
      if (known != null && known.sameAs(list)) {
        return known;
      }
    }
    return list;
  }

  /** All servers in the order of their handles. */
  public Collection<Server> servers() {
    return Collections.unmodifiableCollection(servers.values());
  }

  /** The server with this handle, or null. */
  public @Nullable Server server(String handle) {
    return servers.get(handle);
  }

  /** Where a qualified tool name leads, or null. */
  public @Nullable Target tool(String qualified) {
    return named(qualified, FederatedServer::tool);
  }

  /** Where a qualified prompt name leads, or null. */
  public @Nullable Target prompt(String qualified) {
    return named(qualified, FederatedServer::prompt);
  }

  private @Nullable Target named(
      String qualified, BiFunction<FederatedServer, String, @Nullable String> ownName) {
    var key = Names.keyOf(qualified);
    var server = key == null ? null : byKey.get(key);
    var offers = server == null ? null : federated.get(server.handle());
    var own = offers == null ? null : ownName.apply(offers, qualified);
    return server == null || own == null ? null : new Target(server, own);
  }

  /** Where a qualified URI leads, or null. */
  public @Nullable Target resource(String qualifiedUri) {
    return target(Names.splitUri(qualifiedUri));
  }

  /** Where a qualified task id leads, or null. */
  public @Nullable Target task(String qualifiedTask) {
    return target(Names.splitTask(qualifiedTask));
  }

  private @Nullable Target target(Names.@Nullable Split split) {
    var server = split == null ? null : byScheme.get(split.key());
    return server == null || split == null ? null : new Target(server, split.rest());
  }

  /** A list of the federated view. */
  public Listing list(ListKind kind) {
    return lists.getOrDefault(kind, Listing.EMPTY);
  }

  /**
   * The servers that are not up, or not called because they failed, as JSON for {@code _meta}; null
   * when there are none. What ails the circuits is that of this moment.
   */
  public @Nullable Slice serversInTrouble() {
    return troubles(servers.values());
  }

  /** The same of some servers. */
  public static @Nullable Slice troubles(Collection<Server> some) {
    JsonWriter json = null;
    for (var server : some) {
      var condition = server.upstream().condition();
      if (server.health() != Health.UP || condition.circuit() != Condition.Circuit.CLOSED) {
        json = json == null ? new JsonWriter().beginObject() : json;
        trouble(json.name(server.handle()), server, condition);
      }
    }
    return json == null ? null : json.endObject().toSlice();
  }

  private static void trouble(JsonWriter json, Server server, Condition condition) {
    json.beginObject()
        .member("status", server.health().name().toLowerCase(Locale.ROOT))
        .member("since", server.since().toString());
    if (condition.circuit() != Condition.Circuit.CLOSED) {
      json.name("circuit")
          .beginObject()
          .member("state", condition.circuit().label())
          .member("since", condition.since().toString())
          .member("reason", condition.reason())
          .endObject();
    }
    json.endObject();
  }
}
