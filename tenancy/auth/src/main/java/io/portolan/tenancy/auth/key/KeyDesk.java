package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.key.KeyTables.All;
import io.portolan.tenancy.auth.key.KeyTables.Head;
import io.portolan.tenancy.auth.key.KeyTables.KeyId;
import io.portolan.tenancy.auth.key.KeyTables.KeyRow;
import io.portolan.tenancy.auth.key.KeyTables.RevocationRow;
import io.portolan.tenancy.auth.key.KeyTables.Shard;
import io.portolan.tenancy.auth.key.KeyTables.ShardOf;
import io.portolan.tenancy.auth.key.KeyTables.ShardVersion;
import io.portolan.tenancy.auth.key.KeyTables.What;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Makes, lists and revokes API keys, and revokes access tokens. What a method did is durable and in
 * this process' memory when it returns. Thread-safe; all methods block on the store, until the
 * deadline, and throw its exceptions.
 */
public final class KeyDesk {
  /** Most keys of a tenant, the revoked ones among them. */
  public static final int KEYS_MAX = 100_000;

  /** Most revocations of a tenant at a time. */
  public static final int REVOCATIONS_MAX = 100_000;

  /** Most keys that are made by one request. */
  public static final int MADE_AT_ONCE_MAX = 1000;

  private static final int WRITERS = 64;

  /** Most keys of a page. */
  public static final int PAGE_MAX = 1000;

  private final Store store;
  private final StoredKeys keys;
  private final InstantSource clock;
  private final SecureRandom random;

  /**
   * @param keys looks at the same store, and has started
   */
  public KeyDesk(Store store, StoredKeys keys, InstantSource clock, SecureRandom random) {
    this.store = store;
    this.keys = keys;
    this.clock = clock;
    this.random = random;
  }

  /** What came of making a key. */
  public sealed interface Made {
    /**
     * There is a new key.
     *
     * @param text the whole key, which nobody can find out again
     */
    record Created(KeyText text, ApiKey key) implements Made {}

    /** There are so many new keys, of one grant. */
    record CreatedAll(List<Created> keys) implements Made {
      public CreatedAll {
        keys = List.copyOf(keys);
      }
    }

    /** The tenant has as many keys as it may have. */
    record Full(int max) implements Made {}
  }

  /** Makes a key. */
  public Made create(TenantId tenant, KeyGrant grant, Deadline deadline)
      throws InterruptedException {
    if (keys.index().count(tenant) >= KEYS_MAX) {
      return new Made.Full(KEYS_MAX);
    }
    var text = KeyText.random(random);
    var row = row(text, grant);
    var shard = shard(text.id());
    store.at(tenant, deadline).put(KeyTables.KEYS.at(new Shard(shard)), row);
    changed(tenant, shard, deadline);
    return new Made.Created(text, KeyIndex.key(tenant, row));
  }

  /**
   * Makes many keys of one grant, each its own; gateways hear of all of them at once. When this
   * throws, some may have been made, which nobody knows.
   *
   * @param count 1 to {@value #MADE_AT_ONCE_MAX}
   */
  public Made createAll(TenantId tenant, KeyGrant grant, int count, Deadline deadline)
      throws InterruptedException {
    if (count < 1 || count > MADE_AT_ONCE_MAX) {
      throw new IllegalArgumentException(
          "count is " + count + "; expected 1 to " + MADE_AT_ONCE_MAX);
    }
    if (keys.index().count(tenant) + count > KEYS_MAX) {
      return new Made.Full(KEYS_MAX);
    }
    // All in one shard: each gateway reads again what changed.
    var shard = random.nextInt(KeyTables.SHARDS);
    var made = new ArrayList<Made.Created>();
    var writes = new ArrayList<Callable<@Nullable Void>>();
    while (made.size() < count) {
      var text = KeyText.random(random);
      if (shard(text.id()) != shard) {
        continue;
      }
      var row = row(text, grant);
      made.add(new Made.Created(text, KeyIndex.key(tenant, row)));
      writes.add(
          () -> {
            store.at(tenant, deadline).put(KeyTables.KEYS.at(new Shard(shard)), row);
            return null;
          });
    }
    writeAll(writes);
    changed(tenant, shard, deadline);
    return new Made.CreatedAll(made);
  }

  /** Many at a time, which the store writes together. */
  private static void writeAll(List<Callable<@Nullable Void>> writes) throws InterruptedException {
    var factory = Thread.ofVirtual().name("key-", 0).factory();
    try (var threads = Executors.newFixedThreadPool(WRITERS, factory)) {
      for (var write : threads.invokeAll(writes)) {
        write.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreUnavailableException why) {
        throw why;
      }
      throw new IllegalStateException("writing keys", e.getCause());
    }
  }

  private KeyRow row(KeyText text, KeyGrant grant) {
    return new KeyRow(
        new KeyId(text.id()),
        text.secretHash(),
        grant.name(),
        grant.subject(),
        grant.agent(),
        joined(grant.roles()),
        joined(grant.teams()),
        joined(grant.scopes()),
        clock.instant(),
        grant.expiresAt(),
        null);
  }

  /** Keys of a tenant in the order of their ids, after one of them, at most {@code limit}. */
  public List<ApiKey> list(TenantId tenant, @Nullable String after, int limit)
      throws InterruptedException {
    keys.look();
    return keys.index().page(tenant, after, Math.clamp(limit, 1, PAGE_MAX));
  }

  /** Revokes a key; false when the tenant has none with this id. Repeating it is safe. */
  public boolean revoke(TenantId tenant, String id, Deadline deadline) throws InterruptedException {
    if (id.isEmpty() || id.length() > 100) {
      return false;
    }
    var partition = KeyTables.KEYS.at(new Shard(shard(id)));
    var mine = store.at(tenant, deadline);
    var row = mine.get(partition, new KeyId(id));
    if (row.isEmpty()) {
      return false;
    }
    if (row.get().revokedAt() == null) {
      mine.put(partition, revoked(row.get(), clock.instant()));
    }
    changed(tenant, shard(id), deadline);
    return true;
  }

  private static KeyRow revoked(KeyRow row, Instant at) {
    return new KeyRow(
        row.key(),
        row.secretSha256(),
        row.name(),
        row.subject(),
        row.agent(),
        row.roles(),
        row.teams(),
        row.scopes(),
        row.createdAt(),
        row.goodUntil(),
        at);
  }

  /**
   * Revokes an access token; false when the tenant has revoked too many.
   *
   * @param issuer the name of its issuer in the configuration
   * @param id its id (jti)
   */
  public boolean revokeToken(TenantId tenant, String issuer, String id, Deadline deadline)
      throws InterruptedException {
    return revoke(tenant, new What(RevocationIndex.TOKEN, issuer + "/" + id), deadline);
  }

  /** Revokes all access tokens of a subject so far; false when the tenant has revoked too many. */
  public boolean revokeSubject(TenantId tenant, String subject, Deadline deadline)
      throws InterruptedException {
    return revoke(tenant, new What(RevocationIndex.SUBJECT, subject), deadline);
  }

  private boolean revoke(TenantId tenant, What what, Deadline deadline)
      throws InterruptedException {
    if (keys.revocationIndex().count(tenant) >= REVOCATIONS_MAX) {
      return false;
    }
    store
        .at(tenant, deadline)
        .put(KeyTables.REVOKED.at(new All()), new RevocationRow(what, clock.instant()));
    changed(tenant, KeyTables.REVOCATIONS, deadline);
    return true;
  }

  private void changed(TenantId tenant, int shard, Deadline deadline) throws InterruptedException {
    var system = store.at(TenantId.SYSTEM, deadline);
    system.put(
        KeyTables.VERSIONS.at(new All()),
        new ShardVersion(new ShardOf(tenant.value(), shard), version()));
    system.put(KeyTables.HEAD.at(new All()), new Head(new Only(), version()));
    keys.look();
  }

  private UUID version() {
    return UUID.randomUUID();
  }

  private static int shard(String id) {
    return Math.floorMod(id.hashCode(), KeyTables.SHARDS);
  }

  private static String joined(Set<String> words) {
    return String.join(" ", new TreeSet<>(words));
  }
}
