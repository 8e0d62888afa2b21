package io.portolan.tenancy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.audit.Verification.Whole;
import io.portolan.tenancy.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chains with a record a day, for the last twenty days. */
@SuppressWarnings("NullAway.Init")
class PeriodicRetentionTest {
  @TempDir private Path directory;
  private Store store;

  @BeforeEach
  void write() throws Exception {
    store = Chains.open(directory);
    try (var log = Chains.log(store, Chains.settings())) {
      for (int day = 20; day >= 1; day--) {
        Chains.require(log.before(event(Chains.ACME, day), Chains.soon()));
        Chains.require(log.before(event(Chains.OTHER, day), Chains.soon()));
      }
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static AuditEvent event(TenantId tenant, int daysAgo) {
    var event = Chains.event(tenant, daysAgo);
    return new AuditEvent(
        Chains.CLOCK.instant().minus(Duration.ofDays(daysAgo)),
        event.caller(),
        event.action(),
        event.verdict(),
        event.phase(),
        event.trace());
  }

  private PeriodicRetention retention(TenantId... tenants) {
    return new PeriodicRetention(store, Chains.KEYS, () -> Set.of(tenants), Chains.CLOCK);
  }

  private long records(TenantId tenant) throws InterruptedException {
    var found = Chains.verify(store, tenant, Set.of());
    assertThat(found).isInstanceOf(Whole.class);
    return ((Whole) found)
        .shards().stream().mapToLong(shard -> shard.lastSeq() - shard.firstSeq() + 1).sum();
  }

  @Test
  void whatIsOldGoesOfTheTenantsThatItIsFor() throws Exception {
    var retention = retention(Chains.ACME);
    assertThat(retention.prune()).as("nothing was said").isZero();
    retention.keep(7);
    assertThat(retention.prune()).isEqualTo(13);
    assertThat(retention.prune()).isZero();
    assertThat(records(Chains.ACME)).isEqualTo(7);
    assertThat(records(Chains.OTHER)).isEqualTo(20);
  }

  @Test
  void aLegalHoldKeepsAllAndNobodyElses() throws Exception {
    var hold = new Retention(store, Chains.ACME, Chains.CLOCK);
    hold.hold("case 42");
    var retention = retention(Chains.ACME, Chains.OTHER);
    retention.keep(7);
    assertThat(retention.prune()).isEqualTo(13);
    assertThat(records(Chains.ACME)).isEqualTo(20);
    hold.release();
    assertThat(retention.prune()).isEqualTo(13);
  }

  @Test
  void itIsDoneWhenItIsSaidAndNotAnHourLater() throws Exception {
    var first = new CountDownLatch(1);
    var second = new CountDownLatch(2);
    var retention =
        new PeriodicRetention(
            store,
            Chains.KEYS,
            () -> {
              first.countDown();
              second.countDown();
              return Set.of(Chains.ACME);
            },
            Chains.CLOCK);
    try (var running = retention.start()) {
      running.keep(18);
      assertThat(first.await(1, TimeUnit.MINUTES)).isTrue();
      running.keep(7);
      assertThat(second.await(1, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(records(Chains.ACME)).isBetween(7L, 18L);
  }

  @Test
  void theChainGoesOnWhileItsBeginningIsRemoved() throws Exception {
    var retention = retention(Chains.ACME);
    try (var log = Chains.log(store, Chains.settings())) {
      for (int kept = 19; kept >= 1; kept--) {
        retention.keep(kept);
        var before = Thread.ofVirtual().unstarted(() -> prune(retention));
        before.start();
        Chains.require(log.before(Chains.event(Chains.ACME, 100 + kept), Chains.soon()));
        before.join();
      }
    }
    assertThat(records(Chains.ACME)).isEqualTo(20);
  }

  private static void prune(PeriodicRetention retention) {
    try {
      retention.prune();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void timeHasABound() {
    assertThatThrownBy(() -> retention().keep(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
