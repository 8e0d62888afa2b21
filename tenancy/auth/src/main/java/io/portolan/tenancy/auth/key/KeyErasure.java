package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.key.KeyTables.All;
import io.portolan.tenancy.auth.key.KeyTables.KeyId;
import io.portolan.tenancy.auth.key.KeyTables.Shard;
import io.portolan.tenancy.auth.key.KeyTables.What;
import io.portolan.tenancy.store.QuorumPartition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import java.util.function.Function;

/** Deletes all keys and revocations of a tenant that is no more. Stateless; blocks on the store. */
public final class KeyErasure {
  private static final int PAGE_ROWS = 1000;

  private KeyErasure() {}

  /** Deletes them. Gateways that have them in memory keep them until they end. */
  public static void erase(Store store, TenantId tenant, Deadline deadline)
      throws InterruptedException {
    var mine = store.at(tenant, deadline);
    for (int i = 0; i < KeyTables.SHARDS; i++) {
      KeyErasure.<KeyId, KeyTables.KeyRow>all(
          mine, KeyTables.KEYS.at(new Shard(i)), KeyTables.KeyRow::key);
    }
    KeyErasure.<What, KeyTables.RevocationRow>all(
        mine, KeyTables.REVOKED.at(new All()), KeyTables.RevocationRow::key);
  }

  private static <C extends Record, R extends Record> void all(
      TenantStore mine, QuorumPartition<C, R> partition, Function<R, C> key)
      throws InterruptedException {
    while (true) {
      var page = mine.slice(partition, Slice.<C>all(PAGE_ROWS));
      for (var row : page.rows()) {
        mine.delete(partition, key.apply(row));
      }
      if (page.next() == null) {
        return;
      }
    }
  }
}
