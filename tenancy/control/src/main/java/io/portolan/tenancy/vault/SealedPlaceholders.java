package io.portolan.tenancy.vault;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Placeholders;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/*
 * Nothing is kept but the key, which follows from the tenant's data key: when that is destroyed, no
 * placeholder is turned back any more, wherever it lies. A key at hand is used without the store;
 * now and then it is looked up beside the calls, so that one that was destroyed is forgotten.
 */

/** Placeholders that are their texts, sealed with a key of the tenant. Thread-safe. */
public final class SealedPlaceholders implements Placeholders.OfTenants {
  /** Tenants whose keys are at hand; beyond it all are looked up again. */
  static final int TENANTS_MAX = 10_000;

  private static final String PURPOSE = "placeholders";
  private static final Duration LOOK_MAX = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Vault vault;
  private final Duration freshFor;
  private final Executor beside;
  private final ConcurrentHashMap<TenantId, OfTenant> tenants = new ConcurrentHashMap<>();

  /**
   * Placeholders with keys of a vault.
   *
   * @param freshFor how long a key is used before it is looked up again
   */
  public SealedPlaceholders(Vault vault, Duration freshFor) {
    this(vault, freshFor, task -> Thread.ofVirtual().name("placeholder-key").start(task));
  }

  /** The same; keys are looked up again by {@code beside}. */
  SealedPlaceholders(Vault vault, Duration freshFor, Executor beside) {
    this.vault = vault;
    this.freshFor = freshFor;
    this.beside = beside;
  }

  @Override
  public Placeholders of(TenantId tenant) {
    var known = tenants.get(tenant);
    if (known != null) {
      return known;
    }
    if (tenants.size() >= TENANTS_MAX) {
      tenants.clear();
    }
    return tenants.computeIfAbsent(tenant, OfTenant::new);
  }

  /**
   * What is known of a tenant's key.
   *
   * @param seal null where it could not be looked up
   */
  private record Known(@Nullable PlaceholderSeal seal, long atNanos) {}

  /** Those of one tenant; its key is looked up when the first text needs it. */
  private final class OfTenant implements Placeholders {
    private final TenantId tenant;
    private final AtomicReference<@Nullable FutureTask<@Nullable PlaceholderSeal>> flight =
        new AtomicReference<>();
    private volatile @Nullable Known known;

    OfTenant(TenantId tenant) {
      this.tenant = tenant;
    }

    @Override
    public @Nullable String of(String kind, String text) {
      var with = seal();
      return with == null ? null : with.seal(kind, text);
    }

    @Override
    public @Nullable String text(String placeholder) {
      var with = seal();
      return with == null ? null : with.open(placeholder);
    }

    private @Nullable PlaceholderSeal seal() {
      var at = known;
      if (at != null && isFresh(at)) {
        return at.seal();
      }
      var stale = at == null ? null : at.seal();
      var looking = new FutureTask<@Nullable PlaceholderSeal>(() -> looked(stale));
      var isMine = flight.compareAndSet(null, looking);
      if (stale != null) {
        if (isMine) {
          beside.execute(looking);
        }
        return stale;
      }
      if (isMine) {
        looking.run();
      }
      return awaited(isMine ? looking : flight.get());
    }

    private boolean isFresh(Known at) {
      var fresh = at.seal() == null ? RETRY : freshFor;
      return System.nanoTime() - at.atNanos() < fresh.toNanos();
    }

    private @Nullable PlaceholderSeal awaited(
        @Nullable FutureTask<@Nullable PlaceholderSeal> looking) {
      var at = known;
      if (looking == null) {
        return at == null ? null : at.seal(); // it has just ended
      }
      try {
        return looking.get(LOOK_MAX.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return null;
      } catch (ExecutionException | TimeoutException _) {
        return null;
      }
    }

    private @Nullable PlaceholderSeal looked(@Nullable PlaceholderSeal stale) {
      var found = stale;
      try {
        found = stale == null ? made() : madeBefore();
      } catch (StoreUnavailableException | VaultSealedException | IllegalStateException e) {
        System.getLogger(SealedPlaceholders.class.getName())
            .log(
                System.Logger.Level.WARNING,
                "no key for placeholders of {0} can be looked up: {1}",
                tenant,
                e.getMessage());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } finally {
        known = new Known(found, System.nanoTime());
        flight.set(null);
      }
      return found;
    }

    private PlaceholderSeal made() throws InterruptedException {
      var key = vault.derivedKeyOrNew(tenant, PURPOSE, Deadline.in(LOOK_MAX));
      return new PlaceholderSeal(tenant, key);
    }

    /** A key that was destroyed is not made anew behind the back of who destroyed it. */
    private @Nullable PlaceholderSeal madeBefore()
        throws InterruptedException, VaultSealedException {
      return vault
          .derivedKey(tenant, PURPOSE, Deadline.in(LOOK_MAX))
          .map(key -> new PlaceholderSeal(tenant, key))
          .orElse(null);
    }
  }
}
