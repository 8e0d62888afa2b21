package io.portolan.tenancy.tenants;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.Tenants.Standing;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.tenants.TenantTables.All;
import io.portolan.tenancy.tenants.TenantTables.Head;
import io.portolan.tenancy.tenants.TenantTables.Named;
import io.portolan.tenancy.tenants.TenantTables.TenantRow;
import io.portolan.tenancy.tenants.TenantTables.Version;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Makes, changes and ends tenants. What a method did is durable and in this process' memory when it
 * returns. Thread-safe; all methods block on the store, until the deadline, and throw its
 * exceptions.
 */
public final class TenantDesk {
  /** Most tenants, the deleted ones among them. */
  public static final int TENANTS_MAX = 10_000;

  private static final int TRIES = 20;

  private final Store store;
  private final StoredTenants tenants;
  private final InstantSource clock;
  private final List<Eraser> erasers;

  /** Deletes what one area keeps of a tenant; its keys first. Repeating it is safe. */
  @FunctionalInterface
  public interface Eraser {
    void erase(Store store, TenantId tenant, Deadline deadline) throws InterruptedException;
  }

  /**
   * @param tenants looks at the same store, and has started
   * @param erasers of all areas that keep something of tenants
   */
  public TenantDesk(Store store, StoredTenants tenants, InstantSource clock, List<Eraser> erasers) {
    this.store = store;
    this.tenants = tenants;
    this.clock = clock;
    this.erasers = List.copyOf(erasers);
  }

  /** What came of making a tenant. */
  public sealed interface Made {
    /** There is a new tenant. */
    record Created(Tenant tenant) implements Made {}

    /** The id is in use, or was once. */
    record Taken() implements Made {}

    /** There are as many as there may be. */
    record Full(int max) implements Made {}
  }

  /** Makes a tenant. */
  public Made create(TenantId id, Profile profile, Deadline deadline) throws InterruptedException {
    if (id.equals(TenantId.SYSTEM)) {
      return new Made.Taken();
    }
    if (tenants.count() >= TENANTS_MAX) {
      return new Made.Full(TENANTS_MAX);
    }
    var tenant = new Tenant(id, Standing.ACTIVE, profile, clock.instant(), 1);
    var batch = batch().ifAbsent(new Named(id.value())).put(TenantRows.row(tenant, null));
    if (!committed(batch, deadline)) {
      return new Made.Taken();
    }
    changed(id, deadline);
    return new Made.Created(tenant);
  }

  /**
   * Makes those of these tenants that there never were.
   *
   * @return the new ones
   */
  public List<TenantId> declare(Iterable<TenantId> ids, Deadline deadline)
      throws InterruptedException {
    var made = new ArrayList<TenantId>();
    for (var id : ids) {
      if (tenants.of(id) == Standing.UNKNOWN
          && create(id, Profile.named(id.value()), deadline) instanceof Made.Created) {
        made.add(id);
      }
    }
    return made;
  }

  /** Changes what can be changed; empty when there is no such tenant. */
  public Optional<Tenant> change(TenantId id, UnaryOperator<Profile> to, Deadline deadline)
      throws InterruptedException {
    return replaced(
        id,
        old ->
            new Tenant(
                id, old.standing(), to.apply(old.profile()), old.createdAt(), old.version() + 1),
        deadline);
  }

  /** Lets nobody of it in until it is resumed; empty when there is no such tenant. */
  public Optional<Tenant> suspend(TenantId id, Deadline deadline) throws InterruptedException {
    return moved(id, Standing.SUSPENDED, deadline);
  }

  /** Lets them in again; empty when there is no such tenant. */
  public Optional<Tenant> resume(TenantId id, Deadline deadline) throws InterruptedException {
    return moved(id, Standing.ACTIVE, deadline);
  }

  private Optional<Tenant> moved(TenantId id, Standing to, Deadline deadline)
      throws InterruptedException {
    return replaced(
        id, old -> new Tenant(id, to, old.profile(), old.createdAt(), old.version() + 1), deadline);
  }

  private Optional<Tenant> replaced(TenantId id, UnaryOperator<Tenant> by, Deadline deadline)
      throws InterruptedException {
    var key = new Named(id.value());
    for (int i = 0; i < TRIES; i++) {
      var row = row(id, deadline);
      if (row.isEmpty() || row.get().standing() == Standing.DELETED) {
        return Optional.empty();
      }
      var fresh = by.apply(TenantRows.tenant(row.get()));
      var batch =
          batch()
              .ifRow(key, "version", row.get().version())
              .put(TenantRows.row(fresh, row.get().erasedAt()));
      if (committed(batch, deadline)) {
        changed(id, deadline);
        return Optional.of(fresh);
      }
    }
    throw new StoreUnavailableException(Effect.NONE, "the tenant is changed by many at once");
  }

  /**
   * Ends a tenant for good: nobody of it is let in any more, its keys are destroyed and all its
   * rows deleted; its id stays, so that it is never used again. False when there is no such tenant.
   */
  public boolean delete(TenantId id, Deadline deadline) throws InterruptedException {
    var gone = replaced(id, TenantRows::tombstone, deadline);
    if (gone.isEmpty()) {
      return false;
    }
    erase(id, deadline);
    return true;
  }

  /** Does what a process that ended in the middle of deletions left to do. */
  public void finishDeletions(Deadline deadline) throws InterruptedException {
    var left = new ArrayList<TenantId>();
    TenantRows.each(
        store.at(TenantId.SYSTEM, deadline),
        TenantTables.TENANTS.at(new All()),
        row -> {
          if (row.standing() == Standing.DELETED && row.erasedAt() == null) {
            left.add(new TenantId(row.key().id()));
          }
        });
    for (var id : left) {
      erase(id, deadline);
    }
  }

  private void erase(TenantId id, Deadline deadline) throws InterruptedException {
    for (var eraser : erasers) {
      eraser.erase(store, id, deadline);
    }
    new PeopleDesk(store, tenants).erase(id, deadline);
    var row = row(id, deadline);
    if (row.isPresent()) {
      var tombstone = TenantRows.tenant(row.get());
      var batch =
          batch()
              .ifRow(row.get().key(), "version", tombstone.version())
              .put(TenantRows.row(tombstone, clock.instant()));
      var _ = committed(batch, deadline);
    }
    changed(id, deadline);
  }

  private Optional<TenantRow> row(TenantId id, Deadline deadline) throws InterruptedException {
    return store
        .at(TenantId.SYSTEM, deadline)
        .get(TenantTables.TENANTS.at(new All()), new Named(id.value()));
  }

  private static Batch<Named, TenantRow, NoStatics> batch() {
    return Batch.in(TenantTables.TENANTS.at(new All()), UUID.randomUUID());
  }

  /** False when a condition does not hold; an unknown outcome is settled first. */
  private boolean committed(Batch<Named, TenantRow, NoStatics> batch, Deadline deadline)
      throws InterruptedException {
    while (true) {
      switch (store.at(TenantId.SYSTEM, deadline).commit(batch)) {
        case CommitOutcome.Applied<TenantRow, NoStatics> _ -> {
          return true;
        }
        case CommitOutcome.Conflict<TenantRow, NoStatics> _ -> {
          return false;
        }
        case CommitOutcome.Unknown<TenantRow, NoStatics>(var reason) -> {
          if (deadline.passed()) {
            throw new StoreUnavailableException(Effect.UNKNOWN, reason);
          }
        }
      }
    }
  }

  private void changed(TenantId id, Deadline deadline) throws InterruptedException {
    changed(store, tenants, id, deadline);
  }

  /** Lets every gateway see what was written. */
  static void changed(Store store, StoredTenants tenants, TenantId id, Deadline deadline)
      throws InterruptedException {
    var system = store.at(TenantId.SYSTEM, deadline);
    system.put(
        TenantTables.VERSIONS.at(new All()), new Version(new Named(id.value()), UUID.randomUUID()));
    system.put(TenantTables.HEAD.at(new All()), new Head(new Only(), UUID.randomUUID()));
    tenants.look();
  }
}
