package io.portolan.tenancy.vault;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.SerialPartition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.vault.VaultTables.All;
import io.portolan.tenancy.vault.VaultTables.Name;
import java.util.UUID;

/**
 * Destroys what a vault keeps of a tenant that is no more: the data key first, so that what is
 * sealed can be opened by nobody, wherever copies of it are. Stateless; blocks on the store.
 */
public final class Shredding {
  private static final int PAGE_ROWS = 100;

  private Shredding() {}

  /** Destroys it. Repeating it is safe. */
  public static void shred(Store store, TenantId tenant, Deadline deadline)
      throws InterruptedException {
    var mine = store.at(tenant, deadline);
    delete(mine, VaultTables.KEYS.at(new All()), new Only(), deadline);
    while (true) {
      var page = mine.slice(VaultTables.SECRETS.at(new All()), Slice.<Name>all(PAGE_ROWS));
      for (var secret : page.rows()) {
        delete(mine, VaultTables.SECRETS.at(new All()), secret.key(), deadline);
      }
      if (page.next() == null) {
        return;
      }
    }
  }

  private static <C extends Record, R extends Record> void delete(
      TenantStore mine, SerialPartition<C, R, NoStatics> partition, C key, Deadline deadline)
      throws InterruptedException {
    var batch = Batch.in(partition, UUID.randomUUID()).ifPresent(key).delete(key);
    while (mine.commit(batch) instanceof CommitOutcome.Unknown<R, NoStatics>(var reason)) {
      if (deadline.passed()) {
        throw new StoreUnavailableException(Effect.UNKNOWN, reason);
      }
    }
  }
}
