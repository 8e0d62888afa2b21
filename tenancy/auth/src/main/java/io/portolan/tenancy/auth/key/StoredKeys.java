package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.key.KeyTables.All;
import io.portolan.tenancy.auth.key.KeyTables.Shard;
import io.portolan.tenancy.auth.key.KeyTables.ShardOf;
import io.portolan.tenancy.auth.key.KeyTables.ShardVersion;
import io.portolan.tenancy.auth.key.KeyTables.What;
import io.portolan.tenancy.store.ChangeFollower;
import io.portolan.tenancy.store.Partition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.TenantStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * API keys and revocations of a store, in memory. What another gateway changes is seen within
 * {@link Timing#interval}; when the store cannot be read for longer than {@link Timing#staleMax},
 * nobody is let in, because a key may have been revoked meanwhile. Thread-safe.
 */
public final class StoredKeys implements ApiKeys, Revocations, AutoCloseable {
  private static final int PAGE_ROWS = 1000;

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

  private final InstantSource clock;
  private final Timing timing;
  private final KeyIndex keys = new KeyIndex();
  private final RevocationIndex revocations = new RevocationIndex();
  private final ChangeFollower<ShardOf> follower;

  /**
   * @param stores the store, as soon as there is one; none means that there are no keys
   * @param clock for the ends of keys
   */
  public StoredKeys(Supplier<Optional<Store>> stores, InstantSource clock, Timing timing) {
    this.clock = clock;
    this.timing = timing;
    this.follower =
        new ChangeFollower<>(
            new ChangeFollower.Followed<>(
                "API keys",
                ChangeFollower.head(KeyTables.HEAD.at(new All()), KeyTables.Head::version),
                ChangeFollower.versions(
                    KeyTables.VERSIONS.at(new All()), ShardVersion::key, ShardVersion::version)),
            new ChangeFollower.Timing(timing.interval(), timing.readMax()),
            stores,
            this::read);
  }

  /**
   * Reads all there is, and goes on looking for changes.
   *
   * @throws StoreUnavailableException when the store cannot be read
   */
  public StoredKeys start() throws InterruptedException {
    follower.start();
    return this;
  }

  /** Takes in what changed. */
  void look() throws InterruptedException {
    follower.look();
  }

  private void read(Store store, ShardOf part, Deadline deadline) throws InterruptedException {
    var tenant = new TenantId(part.tenant());
    read(store.at(tenant, deadline), tenant, part.shard());
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
    return follower.lookedWithin(timing.staleMax());
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
    follower.close();
  }
}
