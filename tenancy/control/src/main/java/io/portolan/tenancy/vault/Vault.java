package io.portolan.tenancy.vault;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.vault.VaultTables.All;
import io.portolan.tenancy.vault.VaultTables.DataKey;
import io.portolan.tenancy.vault.VaultTables.HasKey;
import io.portolan.tenancy.vault.VaultTables.Name;
import io.portolan.tenancy.vault.VaultTables.Sealed;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * A tenant's secrets. Each is sealed with the tenant's data key and bound to tenant, name and
 * version, so that no value can be passed off as another one's; the data key is wrapped by the
 * key-encryption key. A secret's value is read when it is needed and kept nowhere. Thread-safe;
 * blocks until the deadline, and throws what the store throws.
 */
public final class Vault {
  /** Longest value, in bytes of UTF-8. */
  public static final int VALUE_BYTES_MAX = 64 << 10;

  /** What the names of secrets begin with that the gateway keeps for itself. */
  public static final String RESERVED = "portolan.";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
  private static final int TRIES = 20;

  private final Store store;
  private final KeyRing keys;
  private final SecureRandom random;
  private final InstantSource clock;

  /**
   * A vault.
   *
   * @param store opened with {@link VaultTables#ALL}
   * @param keys wrap data keys, and unwrap those they wrapped
   */
  public Vault(Store store, KeyRing keys, SecureRandom random, InstantSource clock) {
    this.store = store;
    this.keys = keys;
    this.random = random;
    this.clock = clock;
  }

  /** A vault with one key-encryption key. */
  public Vault(Store store, KeyEncryptionKey wrapping, SecureRandom random, InstantSource clock) {
    this(store, KeyRing.of(wrapping, List.of()), random, clock);
  }

  /**
   * What came of wrapping data keys anew.
   *
   * @param wrapped tenants whose data key is wrapped by the current key now and was not before
   * @param current tenants whose data key was wrapped by it already
   * @param by the current key's id
   */
  public record Rewrapped(int wrapped, int current, String by) {}

  /** What can be told of a secret. */
  public record Entry(String name, long version, Instant setAt) {}

  /** Whether this can be a secret's name: 1 to 128 characters of {@code A-Z a-z 0-9 _ . -}. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Whether this is a name of the gateway's own, which nobody else may set or read. */
  public static boolean isReserved(String name) {
    return name.startsWith(RESERVED);
  }

  /**
   * Sets a secret, over the value it had.
   *
   * @return its version
   * @throws IllegalArgumentException when this is no name, or the value is empty or too long
   */
  public long set(TenantId tenant, String name, String value, Deadline deadline)
      throws InterruptedException {
    var text = value.getBytes(StandardCharsets.UTF_8);
    if (!isName(name)) {
      throw new IllegalArgumentException("a secret's name has 1 to 128 of A-Z a-z 0-9 _ . -");
    }
    if (text.length == 0 || text.length > VALUE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a secret has 1 to " + VALUE_BYTES_MAX + " bytes, not " + text.length);
    }
    var tables = store.at(tenant, deadline);
    for (int i = 0; i < TRIES; i++) {
      var key = dataKey(tables, tenant, deadline);
      var before = tables.get(VaultTables.SECRETS.at(new All()), new Name(name));
      var version = before.map(Sealed::version).orElse(0L) + 1;
      var sealed = seal(key, text, Sealing.context(tenant.value(), name, Long.toString(version)));
      var batch =
          Batch.in(VaultTables.SECRETS.at(new All()), UUID.randomUUID())
              .put(new Sealed(new Name(name), version, key.id(), sealed, clock.instant()));
      var conditional =
          before.isEmpty()
              ? batch.ifAbsent(new Name(name))
              : batch.ifRow(new Name(name), "version", version - 1);
      if (committed(tables, conditional, deadline)) {
        return version;
      }
    }
    throw new StoreUnavailableException(Effect.NONE, "the secret is set by many at once");
  }

  /**
   * The value of a secret; empty when the tenant has none of this name.
   *
   * @throws VaultSealedException when it cannot be opened with the keys there are
   */
  public Optional<String> get(TenantId tenant, String name, Deadline deadline)
      throws InterruptedException, VaultSealedException {
    if (!isName(name)) {
      return Optional.empty();
    }
    var tables = store.at(tenant, deadline);
    var found = tables.get(VaultTables.SECRETS.at(new All()), new Name(name));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var secret = found.get();
    var stored = tables.get(VaultTables.KEYS.at(new All()), new Only());
    if (stored.isEmpty() || !stored.get().keyId().equals(secret.keyId())) {
      throw new VaultSealedException("the data key of secret " + name + " is gone", null);
    }
    var context = Sealing.context(tenant.value(), name, Long.toString(secret.version()));
    var key = unwrapped(stored.get(), tenant);
    try {
      return Optional.of(
          new String(
              Sealing.open(key.bytes(), secret.sealed().toArray(), context),
              StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new VaultSealedException("secret " + name + " was changed since it was set", e);
    } finally {
      Arrays.fill(key.bytes(), (byte) 0);
    }
  }

  /**
   * A key that follows from the tenant's data key, and is gone with it; empty when the tenant has
   * no data key.
   *
   * @param purpose tells keys of one tenant apart
   * @throws VaultSealedException when the data key cannot be unwrapped with the keys there are
   */
  Optional<byte[]> derivedKey(TenantId tenant, String purpose, Deadline deadline)
      throws InterruptedException, VaultSealedException {
    var stored = store.at(tenant, deadline).get(VaultTables.KEYS.at(new All()), new Only());
    return stored.isEmpty()
        ? Optional.empty()
        : Optional.of(derived(unwrapped(stored.get(), tenant), purpose));
  }

  /**
   * The same of a data key that is made when there is none.
   *
   * @throws IllegalStateException when the one there is cannot be unwrapped
   */
  byte[] derivedKeyOrNew(TenantId tenant, String purpose, Deadline deadline)
      throws InterruptedException {
    return derived(dataKey(store.at(tenant, deadline), tenant, deadline), purpose);
  }

  private static byte[] derived(ClearKey key, String purpose) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(key.bytes())
                  .thenExpand(
                      ("portolan " + purpose).getBytes(StandardCharsets.UTF_8),
                      PlaceholderSeal.KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HKDF", e);
    } finally {
      Arrays.fill(key.bytes(), (byte) 0);
    }
  }

  /** All secrets of a tenant by name, without their values. */
  public List<Entry> list(TenantId tenant, Deadline deadline) throws InterruptedException {
    var entries = new ArrayList<Entry>();
    var tables = store.at(tenant, deadline);
    String next = null;
    do {
      var page = tables.slice(VaultTables.SECRETS.at(new All()), Slice.<Name>all(100).after(next));
      for (var secret : page.rows()) {
        entries.add(new Entry(secret.key().name(), secret.version(), secret.setAt()));
      }
      next = page.next();
    } while (next != null);
    return entries;
  }

  /** Deletes a secret; false when there is none. */
  public boolean delete(TenantId tenant, String name, Deadline deadline)
      throws InterruptedException {
    return isName(name)
        && committed(
            store.at(tenant, deadline),
            Batch.in(VaultTables.SECRETS.at(new All()), UUID.randomUUID())
                .ifPresent(new Name(name))
                .delete(new Name(name)),
            deadline);
  }

  /**
   * Wraps the tenant's data key with another key-encryption key; no secret is sealed anew.
   *
   * @return false when the tenant has no data key
   * @throws VaultSealedException when the data key was not wrapped by this vault's key
   */
  public boolean rewrap(TenantId tenant, KeyEncryptionKey with, Deadline deadline)
      throws InterruptedException, VaultSealedException {
    var tables = store.at(tenant, deadline);
    var stored = tables.get(VaultTables.KEYS.at(new All()), new Only());
    if (stored.isEmpty()) {
      return false;
    }
    var key = unwrapped(stored.get(), tenant);
    return committed(
        tables,
        Batch.in(VaultTables.KEYS.at(new All()), UUID.randomUUID())
            .ifRow(new Only(), "key_id", key.id())
            .put(wrapped(key, tenant, with)),
        deadline);
  }

  /**
   * Wraps the data keys of all tenants with the current key-encryption key. Stops at the first that
   * cannot be unwrapped; what was wrapped anew until then stays so.
   *
   * @throws VaultSealedException when no key there is wrapped a tenant's data key
   */
  public Rewrapped rewrapAll(Deadline deadline) throws InterruptedException, VaultSealedException {
    var with = keys.current();
    var wrapped = 0;
    var already = 0;
    String next = null;
    do {
      var page =
          store
              .at(TenantId.SYSTEM, deadline)
              .slice(VaultTables.TENANTS.at(new All()), Slice.<Name>all(100).after(next));
      for (var row : page.rows()) {
        var tenant = new TenantId(row.key().name());
        var stored = store.at(tenant, deadline).get(VaultTables.KEYS.at(new All()), new Only());
        if (stored.isPresent() && stored.get().wrappedBy().equals(with.id())) {
          already++;
        } else if (rewrap(tenant, with, deadline)) {
          wrapped++;
        }
      }
      next = page.next();
    } while (next != null);
    return new Rewrapped(wrapped, already, with.id());
  }

  /**
   * Deletes the tenant's data key: what was sealed with it cannot be opened by anybody any more.
   */
  public void shred(TenantId tenant, Deadline deadline) throws InterruptedException {
    var _ =
        committed(
            store.at(tenant, deadline),
            Batch.in(VaultTables.KEYS.at(new All()), UUID.randomUUID())
                .ifPresent(new Only())
                .delete(new Only()),
            deadline);
  }

  /** A data key in the clear. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record ClearKey(String id, byte[] bytes) {
    @Override
    public String toString() {
      return id;
    }
  }

  /** The tenant's data key, made when there is none. */
  private ClearKey dataKey(TenantStore tables, TenantId tenant, Deadline deadline)
      throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      var stored = tables.get(VaultTables.KEYS.at(new All()), new Only());
      if (stored.isPresent()) {
        try {
          return unwrapped(stored.get(), tenant);
        } catch (VaultSealedException e) {
          throw new IllegalStateException(e.getMessage(), e);
        }
      }
      // First the note, then the key: who goes through the notes finds every key.
      store
          .at(TenantId.SYSTEM, deadline)
          .put(
              VaultTables.TENANTS.at(new All()),
              new HasKey(new Name(tenant.value()), clock.instant()));
      var bytes = new byte[Sealing.KEY_BYTES];
      random.nextBytes(bytes);
      var fresh = new ClearKey(UUID.randomUUID().toString(), bytes);
      var batch =
          Batch.in(VaultTables.KEYS.at(new All()), UUID.randomUUID())
              .ifAbsent(new Only())
              .put(wrapped(fresh, tenant, keys.current()));
      if (tables.commit(batch) instanceof CommitOutcome.Applied<DataKey, NoStatics>) {
        return fresh;
      }
    }
    throw new StoreUnavailableException(Effect.UNKNOWN, "no data key could be made");
  }

  private DataKey wrapped(ClearKey key, TenantId tenant, KeyEncryptionKey with) {
    try {
      var wrapped = with.wrap(key.bytes(), Sealing.context(tenant.value(), key.id()));
      return new DataKey(new Only(), key.id(), with.id(), Bytes.of(wrapped), clock.instant());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("wrapping with " + with.id(), e);
    }
  }

  private ClearKey unwrapped(DataKey stored, TenantId tenant) throws VaultSealedException {
    var wrapping = keys.find(stored.wrappedBy());
    if (wrapping.isEmpty()) {
      throw new VaultSealedException(
          "the tenant's data key is wrapped by "
              + stored.wrappedBy()
              + ", and the key given is "
              + keys.current().id(),
          null);
    }
    try {
      var context = Sealing.context(tenant.value(), stored.keyId());
      return new ClearKey(
          stored.keyId(), wrapping.get().unwrap(stored.wrapped().toArray(), context));
    } catch (GeneralSecurityException e) {
      throw new VaultSealedException("the tenant's data key was changed since it was wrapped", e);
    }
  }

  private Bytes seal(ClearKey key, byte[] text, byte[] context) {
    try {
      return Bytes.of(Sealing.seal(key.bytes(), text, context, random));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-256-GCM", e);
    }
  }

  /** False when a condition does not hold; an unknown outcome is settled first. */
  private static <C extends Record, R extends Record> boolean committed(
      TenantStore tables, Batch<C, R, NoStatics> batch, Deadline deadline)
      throws InterruptedException {
    while (true) {
      switch (tables.commit(batch)) {
        case CommitOutcome.Applied<R, NoStatics> _ -> {
          return true;
        }
        case CommitOutcome.Conflict<R, NoStatics> _ -> {
          return false;
        }
        case CommitOutcome.Unknown<R, NoStatics>(var reason) -> {
          if (deadline.passed()) {
            throw new StoreUnavailableException(Effect.UNKNOWN, reason);
          }
        }
      }
    }
  }
}
