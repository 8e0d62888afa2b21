package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.key.KeyTables.All;
import io.portolan.tenancy.auth.key.KeyTables.Shard;
import io.portolan.tenancy.auth.key.KeyTables.ShardOf;
import io.portolan.tenancy.auth.key.KeyTables.What;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Partition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.TenantStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * API keys and revocations of a store, in memory. What another gateway changes is seen within
 * {@link Timing#interval}; when the store cannot be read for longer than {@link Timing#staleMax},
 * nobody is let in, because a key may have been revoked meanwhile. Thread-safe.
 */
public final class StoredKeys implements ApiKeys, Revocations, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StoredKeys.class.getName());
  private static final int PAGE_ROWS = 1000;

  /** Versions are read now and then though no head changed: clocks of nodes may differ. */
  private static final int LOOKS_PER_WHOLE = 30;

  private static final Authentication MALFORMED =
      new Authentication.Invalid("The API key is not valid: its checksum is wrong");
  private static final Authentication UNAVAILABLE =
      new Authentication.Unavailable("API keys cannot be checked now; retry later");

  /**
   * How often the store is looked at, and for how long its word is good.
   *
   * @param interval between two looks
   * @param readMax how long one look may take
   * @param staleMax after which nothing is relied on any more
   */
  public record Timing(Duration interval, Duration readMax, Duration staleMax) {
    /** A second, ten, and thirty. */
    public static final Timing DEFAULT =
        new Timing(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  private final Supplier<Optional<Store>> stores;
  private final InstantSource clock;
  private final Timing timing;
  private final KeyIndex keys = new KeyIndex();
  private final RevocationIndex revocations = new RevocationIndex();
  private final Map<ShardOf, UUID> versions = new HashMap<>(); // guarded by this
  private final Thread thread = Thread.ofVirtual().name("api-keys").unstarted(this::watch);
  private @Nullable UUID head; // guarded by this
  private int looks; // guarded by this
  private volatile long seenNanos;
  private volatile boolean seen;

  /**
   * @param stores the store, as soon as there is one; none means that there are no keys
   * @param clock for the ends of keys
   */
  public StoredKeys(Supplier<Optional<Store>> stores, InstantSource clock, Timing timing) {
    this.stores = stores;
    this.clock = clock;
    this.timing = timing;
  }

  /**
   * Reads all there is, and goes on looking for changes.
   *
   * @throws StoreUnavailableException when the store cannot be read
   */
  public StoredKeys start() throws InterruptedException {
    look();
    thread.start();
    return this;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(timing.interval());
        try {
          look();
        } catch (StoreUnavailableException | StoreDamagedException e) {
          LOG.log(System.Logger.Level.WARNING, "API keys cannot be read: " + e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      // The gateway is stopping.
    }
  }

  /**
   * Takes in what changed. Reads while it holds this object's lock, which nothing that serves a
   * request waits for.
   */
  synchronized void look() throws InterruptedException {
    var began = System.nanoTime();
    var store = stores.get();
    if (store.isPresent()) {
      var deadline = Deadline.in(timing.readMax());
      var system = store.get().at(TenantId.SYSTEM, deadline);
      var newest =
          system.get(KeyTables.HEAD.at(new All()), new Only()).map(KeyTables.Head::version);
      var whole = looks++ % LOOKS_PER_WHOLE == 0;
      if (whole || !newest.equals(Optional.ofNullable(head))) {
        readChanged(store.get(), system, deadline);
        head = newest.orElse(null);
      }
    }
    seenNanos = began;
    seen = true;
  }

  private void readChanged(Store store, TenantStore system, Deadline deadline)
      throws InterruptedException {
    var changed = new HashMap<ShardOf, UUID>();
    each(
        system,
        KeyTables.VERSIONS.at(new All()),
        row -> {
          if (!row.version().equals(versions.get(row.key()))) {
            changed.put(row.key(), row.version());
          }
        });
    for (var shard : changed.entrySet()) {
      var tenant = new TenantId(shard.getKey().tenant());
      read(store.at(tenant, deadline), tenant, shard.getKey().shard());
      versions.put(shard.getKey(), shard.getValue());
    }
  }

  private void read(TenantStore store, TenantId tenant, int shard) throws InterruptedException {
    if (shard == KeyTables.REVOCATIONS) {
      var revoked = new HashMap<What, Instant>();
      each(
          store, KeyTables.REVOKED.at(new All()), row -> revoked.put(row.key(), row.issuedUntil()));
      revocations.put(tenant, revoked);
    } else {
      each(store, KeyTables.KEYS.at(new Shard(shard)), row -> keys.put(tenant, row));
    }
  }

  private static <C extends Record, R extends Record> void each(
      TenantStore store, Partition<C, R> partition, Consumer<R> action)
      throws InterruptedException {
    var slice = Slice.<C>all(PAGE_ROWS);
    while (true) {
      var page = store.slice(partition, slice);
      page.rows().forEach(action);
      if (page.next() == null) {
        return;
      }
      slice = slice.after(page.next());
    }
  }

  @Override
  public boolean known() {
    return seen && System.nanoTime() - seenNanos <= timing.staleMax().toNanos();
  }

  @Override
  public Presence presence() {
    if (keys.size() > 0) {
      return Presence.SOME;
    }
    return known() ? Presence.NONE : Presence.UNKNOWN;
  }

  @Override
  public Authentication authenticate(String text) {
    var key = KeyText.parse(text);
    if (key.isEmpty()) {
      return MALFORMED;
    }
    return known() ? keys.authenticate(key.get(), clock.instant()) : UNAVAILABLE;
  }

  @Override
  public boolean revoked(Issued token) {
    return revocations.revoked(token);
  }

  /** Tenants that ever had keys. */
  public Set<TenantId> tenants() {
    return keys.tenants();
  }

  KeyIndex index() {
    return keys;
  }

  RevocationIndex revocationIndex() {
    return revocations;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
