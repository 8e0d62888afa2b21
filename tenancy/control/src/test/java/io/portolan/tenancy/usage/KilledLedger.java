package io.portolan.tenancy.usage;

import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/** The process that gets killed: it has 700 calls written, and counts more while it is killed. */
final class KilledLedger {
  private KilledLedger() {}

  /** Arguments: the store's directory. */
  public static void main(String[] args) throws Exception {
    var store =
        EmbeddedStore.open(Path.of(args[0]), new Schema(UsageTables.ALL), InstantSource.system());
    var often = new UsageSettings(Duration.ofMillis(1), Duration.ofMinutes(1), 100, 100);
    var ledger = new StoredUsage(store, often, InstantSource.fixed(Ledgers.NOON)).start();
    for (int i = 0; i < 700; i++) {
      ledger.count(Ledgers.caller(Ledgers.ACME), Ledgers.call("tool-" + i % 3));
    }
    System.out.println("written " + ledger.written(Ledgers.soon()));
    System.out.flush();
    for (int i = 0; i < 1_000_000; i++) {
      ledger.count(Ledgers.caller(Ledgers.ACME), Ledgers.call("tool-" + i % 3));
    }
    new CountDownLatch(1).await();
  }
}
