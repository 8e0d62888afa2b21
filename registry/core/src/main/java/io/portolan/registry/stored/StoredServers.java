package io.portolan.registry.stored;

import io.portolan.registry.RegisteredServer;
import io.portolan.registry.ServerName;
import io.portolan.registry.ServerRegistry;
import io.portolan.registry.stored.RegistryTables.All;
import io.portolan.registry.stored.RegistryTables.Change;
import io.portolan.registry.stored.RegistryTables.EntryRow;
import io.portolan.registry.stored.RegistryTables.Kind;
import io.portolan.registry.stored.RegistryTables.Named;
import io.portolan.registry.stored.RegistryTables.Of;
import io.portolan.registry.stored.RegistryTables.Slot;
import io.portolan.registry.stored.RegistryTables.VersionKey;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.ChangeFollower;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The servers that tenants registered, in memory. What another gateway changes is seen within
 * {@link Timing#interval}. While the store cannot be read the servers stay as they were: who may
 * use them is not decided here. Thread-safe.
 */
public final class StoredServers implements ServerRegistry, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StoredServers.class.getName());

  private static final int PAGE_ROWS = 1000;

  /**
   * How often the store is looked at.
   *
   * @param interval between two looks
   * @param readMax how long one look may take
   */
  public record Timing(Duration interval, Duration readMax) {
    /** A second, and thirty. */
    public static final Timing DEFAULT = new Timing(Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  /** A server as it was read; without one in force, {@code server} is null. */
  private record Known(long revision, @Nullable RegisteredServer server) {}

  private final Store store;
  private final Map<TenantId, Servers> current = new ConcurrentHashMap<>();
  private final ChangeFollower<Named> follower;

  // All of this is guarded by this.
  private final Map<TenantId, Map<String, Known>> known = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();

  /**
   * @param store opened with {@link RegistryTables#ALL}
   */
  public StoredServers(Store store, Timing timing) {
    this.store = store;
    this.follower =
        new ChangeFollower<>(
            new ChangeFollower.Followed<>(
                "servers",
                ChangeFollower.head(
                    RegistryTables.HEAD.at(new All()), RegistryTables.Head::version),
                ChangeFollower.versions(
                    RegistryTables.CHANGES.at(new All()), Change::key, Change::version)),
            new ChangeFollower.Timing(timing.interval(), timing.readMax()),
            () -> Optional.of(store),
            (_, part, deadline) -> read(new TenantId(part.id()), deadline));
  }

  /**
   * Reads all there is, and goes on looking for changes.
   *
   * @throws StoreUnavailableException when the store cannot be read
   */
  public StoredServers start() throws InterruptedException {
    follower.start();
    return this;
  }

  /** Takes in what changed, and tells of it. */
  void look() throws InterruptedException {
    follower.look();
  }

  private synchronized void read(TenantId tenant, Deadline deadline) throws InterruptedException {
    var mine = store.at(tenant, deadline);
    var rows = new TreeMap<String, EntryRow>();
    RegistryRows.each(
        mine,
        RegistryTables.ENTRIES.at(new All()),
        Slice.<Slot>all(PAGE_ROWS).startingWith(Kind.SERVER.name()),
        row -> rows.put(row.server(), row));
    var before = known.getOrDefault(tenant, Map.of());
    var now = new TreeMap<String, Known>();
    for (var row : rows.values()) {
      var old = before.get(row.server());
      now.put(
          row.server(),
          old != null && old.revision() == row.revision()
              ? old
              : new Known(row.revision(), server(tenant, row, deadline)));
    }
    known.put(tenant, now);
    var servers = new ArrayList<RegisteredServer>();
    for (var each : now.values()) {
      if (each.server() != null) {
        servers.add(each.server());
      }
    }
    var old = of(tenant);
    if (old.version() == 0 || !old.servers().equals(servers)) {
      var fresh = new Servers(old.version() + 1, servers);
      current.put(tenant, fresh);
      listeners.forEach(listener -> listener.changed(tenant, fresh));
    }
  }

  private @Nullable RegisteredServer server(TenantId tenant, EntryRow row, Deadline deadline)
      throws InterruptedException {
    if (row.latest() == null) {
      return null;
    }
    var version =
        store
            .at(tenant, deadline)
            .get(RegistryTables.VERSIONS.at(new Of(row.server())), new VersionKey(row.latest()));
    if (version.isEmpty()) {
      return null;
    }
    try {
      var published = RegistryRows.publication(row.server(), version.get());
      var draft = published.draft();
      return draft
          .definition()
          .map(
              definition ->
                  new RegisteredServer(
                      new ServerName(row.server()),
                      draft.version().value(),
                      published.status().lifecycle(),
                      published.status().message(),
                      definition,
                      draft.terms().risks()))
          .orElse(null);
    } catch (IllegalArgumentException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "server " + row.server() + " of " + tenant + " is left out: " + e.getMessage());
      return null;
    }
  }

  @Override
  public Servers of(TenantId tenant) {
    return current.getOrDefault(tenant, Servers.EMPTY);
  }

  @Override
  public Set<TenantId> tenants() {
    return Set.copyOf(current.keySet());
  }

  @Override
  public synchronized Watch watch(Listener listener) {
    listeners.add(listener);
    current.forEach(listener::changed);
    return () -> {
      synchronized (this) {
        listeners.remove(listener);
      }
    };
  }

  /** How many servers a tenant ever had. */
  synchronized int count(TenantId tenant) {
    return known.getOrDefault(tenant, Map.of()).size();
  }

  @Override
  public void close() {
    follower.close();
  }
}
