package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.store.testkit.KitTables;
import io.portolan.tenancy.store.testkit.KitTables.Entry;
import io.portolan.tenancy.store.testkit.KitTables.Position;
import io.portolan.tenancy.store.testkit.KitTables.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** What the tests of this module write and read. */
final class Stores {
  static final TenantId TENANT = new TenantId("acme");
  private static final Topic TOPIC = new Topic("topic");

  private Stores() {}

  static EmbeddedStore open(Path directory) throws StoreRefusedException {
    return EmbeddedStore.open(directory, KitTables.SCHEMA, InstantSource.system());
  }

  static TenantStore tables(Store store) {
    return store.at(TENANT, Deadline.in(Duration.ofMinutes(1)));
  }

  static Entry entry(int number) {
    return new Entry(new Position(number, "content of entry " + number), number);
  }

  static void put(Store store, Entry entry) throws InterruptedException {
    tables(store).put(KitTables.ASCENDING.at(TOPIC), entry);
  }

  static boolean has(Store store, Entry entry) throws InterruptedException {
    return tables(store)
        .get(KitTables.ASCENDING.at(TOPIC), entry.key())
        .filter(entry::equals)
        .isPresent();
  }
}
