package io.portolan.gateway.core.catalogue;

import io.portolan.tenancy.TenantId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/*
 * A catalogue is made when somebody asks for it and it is not what the servers are any more: of a
 * thousand servers that start one after the other, each change costs a counter. Who asks while
 * nothing has changed reads two volatile fields.
 *
 * Servers change under the lock only. A shelf's counter grows after the change it counts, inside the
 * lock, and a catalogue is made inside the lock: so one that is marked with a count shows all
 * changes up to it.
 */

/**
 * The servers that are known, and what each tenant sees of them: those that are there for all, and
 * its own. Thread-safe.
 */
final class Catalogues {
  private final CatalogueLimits limits;
  private final Object lock = new Object();
  private final Map<String, Server> servers = new ConcurrentSkipListMap<>(); // by their name
  private final Shelf shared = new Shelf();
  private final Map<TenantId, Shelf> own = new ConcurrentHashMap<>();

  Catalogues(CatalogueLimits limits) {
    this.limits = limits;
  }

  /** A catalogue, and what it was made of. */
  private record Made(long changes, @Nullable Catalogue base, Catalogue catalogue) {}

  /** The servers of one owner, or of none. */
  private final class Shelf {
    private final Map<String, Server> content = new ConcurrentSkipListMap<>(); // by their name
    private final AtomicLong changes = new AtomicLong();
    private final CatalogueLimits.Use use = new CatalogueLimits.Use();
    private volatile Made made = new Made(0, null, Catalogue.EMPTY);

    /** What it holds, behind what is there for all. */
    Catalogue catalogue(@Nullable Catalogue base) {
      var known = made;
      return known.changes() == changes.get() && known.base() == base
          ? known.catalogue()
          : make(base);
    }

    private Catalogue make(@Nullable Catalogue base) {
      synchronized (lock) {
        var before = made;
        var now = changes.get();
        if (before.changes() == now && before.base() == base) {
          return before.catalogue();
        }
        var all = new ArrayList<Server>();
        if (base != null) {
          all.addAll(base.servers());
        }
        all.addAll(content.values());
        var fresh =
            base == null
                ? new Catalogue(all, before.catalogue())
                : new Catalogue(all, before.catalogue(), base);
        made = new Made(now, base, fresh);
        return fresh;
      }
    }

    void put(Server server) {
      content.put(server.name(), server);
      servers.put(server.name(), server);
      changes.incrementAndGet();
    }

    void remove(Server server) {
      content.remove(server.name());
      servers.remove(server.name());
      use.change(server.snapshot(), null);
      changes.incrementAndGet();
    }
  }

  /** What a tenant sees right now. */
  Catalogue of(TenantId tenant) {
    var base = shared.catalogue(null);
    var shelf = own.get(tenant);
    return shelf == null ? base : shelf.catalogue(base);
  }

  /** What tenants see that have no server of their own. */
  Catalogue ofAll() {
    return shared.catalogue(null);
  }

  /** The server with this name, whoever sees it; null when there is none. */
  @Nullable Server server(String name) {
    return servers.get(name);
  }

  /** All servers, whoever sees them, in name order. Others may change them meanwhile. */
  Collection<Server> servers() {
    return List.copyOf(servers.values());
  }

  /** How many tools all of them offer. */
  int tools() {
    var count = 0;
    for (var server : servers.values()) {
      var snapshot = server.snapshot();
      count += snapshot == null ? 0 : snapshot.list(ListKind.TOOLS).items().size();
    }
    return count;
  }

  /** Has exactly these servers of one owner, which is null for those that are there for all. */
  void replace(@Nullable TenantId owner, Collection<Server> listed) {
    synchronized (lock) {
      var shelf = shelf(owner);
      var names = listed.stream().map(Server::name).collect(Collectors.toSet());
      for (var server : List.copyOf(shelf.content.values())) {
        if (!names.contains(server.name())) {
          shelf.remove(server);
        }
      }
      listed.forEach(shelf::put);
    }
  }

  /** What became of a change. */
  sealed interface Outcome {
    /** It is in place. */
    record Changed(Server before, Server after) implements Outcome {}

    /** There is nothing to change: the server is gone, or is so already. */
    record Same() implements Outcome {}

    /** There is no room for what the server offers; nothing was changed. */
    record TooLarge() implements Outcome {}
  }

  /** Changes what is known of a server. */
  Outcome change(String name, UnaryOperator<Server> change) {
    synchronized (lock) {
      var before = servers.get(name);
      if (before == null) {
        return new Outcome.Same();
      }
      var after = change.apply(before);
      if (after.equals(before)) {
        return new Outcome.Same();
      }
      var shelf = shelf(before.owner());
      if (!Objects.equals(after.snapshot(), before.snapshot())) {
        shelf.use.change(before.snapshot(), after.snapshot());
        if (after.snapshot() != null && !fits(before.owner())) {
          shelf.use.change(after.snapshot(), before.snapshot());
          return new Outcome.TooLarge();
        }
      }
      shelf.put(after);
      return new Outcome.Changed(before, after);
    }
  }

  private Shelf shelf(@Nullable TenantId owner) {
    return owner == null ? shared : own.computeIfAbsent(owner, _ -> new Shelf());
  }

  /** Whether all servers together have room, and those of one owner. */
  private boolean fits(@Nullable TenantId owner) {
    var all = new CatalogueLimits.Use();
    all.add(shared.use);
    own.values().forEach(shelf -> all.add(shelf.use));
    return limits.hold(all) && (owner == null || limits.ofOneTenant().hold(shelf(owner).use));
  }
}
