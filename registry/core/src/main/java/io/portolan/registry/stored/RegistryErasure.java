package io.portolan.registry.stored;

import io.portolan.registry.stored.RegistryTables.All;
import io.portolan.registry.stored.RegistryTables.Change;
import io.portolan.registry.stored.RegistryTables.EntryRow;
import io.portolan.registry.stored.RegistryTables.Head;
import io.portolan.registry.stored.RegistryTables.Named;
import io.portolan.registry.stored.RegistryTables.Of;
import io.portolan.registry.stored.RegistryTables.VersionKey;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.SerialPartition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.UUID;

/** Deletes all servers of a tenant that is no more. Stateless; blocks on the store. */
public final class RegistryErasure {
  private static final int PAGE_ROWS = 1000;
  private static final int VERSIONS_PAGE = 50;

  private RegistryErasure() {}

  /** Deletes them, versions before entries. Repeating it is safe. */
  public static void erase(Store store, TenantId tenant, Deadline deadline)
      throws InterruptedException {
    var mine = store.at(tenant, deadline);
    var entries = new ArrayList<EntryRow>();
    RegistryRows.each(
        mine, RegistryTables.ENTRIES.at(new All()), Slice.all(PAGE_ROWS), entries::add);
    if (entries.isEmpty()) {
      return;
    }
    var pins = new PinDesk(store, InstantSource.system());
    for (var entry : entries) {
      pins.forget(tenant, entry.handle(), deadline);
      var versions = RegistryTables.VERSIONS.at(new Of(entry.server()));
      var keys = new ArrayList<VersionKey>();
      RegistryRows.each(mine, versions, Slice.all(VERSIONS_PAGE), row -> keys.add(row.key()));
      for (var key : keys) {
        delete(mine, versions, key, deadline);
      }
      delete(mine, RegistryTables.ENTRIES.at(new All()), entry.key(), deadline);
    }
    var system = store.at(TenantId.SYSTEM, deadline);
    system.put(
        RegistryTables.CHANGES.at(new All()),
        new Change(new Named(tenant.value()), UUID.randomUUID()));
    system.put(RegistryTables.HEAD.at(new All()), new Head(new Only(), UUID.randomUUID()));
  }

  private static <C extends Record, R extends Record> void delete(
      TenantStore mine, SerialPartition<C, R, NoStatics> partition, C key, Deadline deadline)
      throws InterruptedException {
    var _ =
        Commits.applied(
            mine, Batch.in(partition, UUID.randomUUID()).ifPresent(key).delete(key), deadline);
  }
}
