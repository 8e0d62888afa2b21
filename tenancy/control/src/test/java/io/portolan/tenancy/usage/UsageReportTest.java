package io.portolan.tenancy.usage;

import static io.portolan.tenancy.usage.Ledgers.ACME;
import static io.portolan.tenancy.usage.Ledgers.NOON;
import static io.portolan.tenancy.usage.Ledgers.OTHER;
import static io.portolan.tenancy.usage.Ledgers.call;
import static io.portolan.tenancy.usage.Ledgers.caller;
import static io.portolan.tenancy.usage.Ledgers.calls;
import static io.portolan.tenancy.usage.Ledgers.groups;
import static io.portolan.tenancy.usage.Ledgers.query;
import static io.portolan.tenancy.usage.Ledgers.report;
import static io.portolan.tenancy.usage.Ledgers.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class UsageReportTest {
  @TempDir private Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private Store store;
  private StoredUsage ledger;

  @BeforeEach
  void open() throws Exception {
    store = EmbeddedStore.open(directory, new Schema(UsageTables.ALL), InstantSource.system());
    ledger =
        new StoredUsage(
                store,
                new UsageSettings(Duration.ofHours(1), Duration.ofMinutes(1), 20_000, 20_000),
                now::get)
            .start();
  }

  @AfterEach
  void close() {
    ledger.close();
    store.close();
  }

  @Test
  void oneTenantNeverSeesAnother() throws Exception {
    ledger.count(caller(ACME), call("read"));
    assertThat(ledger.written(soon())).isTrue();
    assertThat(groups(store, OTHER, Dimension.TOOL)).isEmpty();
    assertThat(calls(store, OTHER)).isZero();
  }

  @Test
  void hoursOutsideOfWhatIsAskedForAreLeftOut() throws Exception {
    for (int hour = -1; hour <= 14; hour++) {
      now.set(NOON.plus(Duration.ofHours(hour)));
      ledger.count(caller(ACME), call("read"));
    }
    assertThat(ledger.written(soon())).isTrue();
    var asked =
        new UsageQuery(
            NOON.plus(Duration.ofMinutes(59)),
            NOON.plus(Duration.ofHours(13)),
            List.of(Dimension.HOUR),
            null,
            100);
    var hours = report(store, ACME, asked).groups();
    assertThat(hours).as("from 12:00 to 01:00 of the next day").hasSize(13);
    assertThat(hours.getLast().values()).containsExactly("2026-11-22T00:00:00Z");
  }

  @Test
  void aCallCountsForEachTeamOfItsCaller() throws Exception {
    ledger.count(caller(ACME, "ops", "dev"), call("read"));
    ledger.count(caller(ACME, "dev", "ops"), call("read"));
    ledger.count(caller(ACME, "dev"), call("read"));
    ledger.count(caller(ACME), call("read"));
    assertThat(ledger.written(soon())).isTrue();
    assertThat(groups(store, ACME, Dimension.TEAM))
        .extracting(group -> group.values().getFirst() + " " + group.totals().calls())
        .containsExactly(" 1", "dev 3", "ops 2");
    assertThat(groups(store, ACME, Dimension.KEY, Dimension.AGENT, Dimension.SERVER))
        .extracting(group -> group.values() + " " + group.totals().calls())
        .containsExactly("[key:k1, agent-1, files] 4");
  }

  @Test
  void pagesTogetherAreTheWholeReport() throws Exception {
    for (int i = 0; i < 25; i++) {
      ledger.count(caller(ACME), call("tool-" + i));
    }
    assertThat(ledger.written(soon())).isTrue();
    var whole = query(Dimension.TOOL, Dimension.SERVER);
    var found = new ArrayList<UsageReport.Group>();
    @Nullable List<String> after = null;
    do {
      var page =
          report(
              store, ACME, new UsageQuery(whole.from(), whole.until(), whole.groupBy(), after, 10));
      assertThat(page.groups()).hasSizeLessThanOrEqualTo(10);
      found.addAll(page.groups());
      after = page.next();
    } while (after != null);
    assertThat(found).hasSize(25).isEqualTo(report(store, ACME, whole).groups());
  }

  @Test
  void aReportHasABound() throws Exception {
    for (int i = 0; i < UsageReport.GROUPS_MAX; i++) {
      ledger.count(caller(ACME), call("tool-" + i));
    }
    assertThat(ledger.written(soon())).isTrue();
    assertThat(report(store, ACME, query(Dimension.TOOL)).groups()).hasSize(UsageQuery.PAGE_MAX);
    ledger.count(caller(ACME), call("one more"));
    assertThat(ledger.written(soon())).isTrue();
    assertThat(UsageReport.read(store, ACME, query(Dimension.TOOL), soon()))
        .isEqualTo(new UsageReport.TooMany());
    assertThat(calls(store, ACME)).isEqualTo(UsageReport.GROUPS_MAX + 1);
  }

  @Test
  void aQueryHasBounds() {
    assertThatThrownBy(() -> asked(NOON, NOON, 1)).hasMessageContaining("expected from before to");
    assertThat(asked(NOON, NOON.plus(Duration.ofDays(92)), 1_000).limit()).isEqualTo(1_000);
    assertThatThrownBy(() -> asked(NOON, NOON.plus(Duration.ofDays(93)), 1))
        .hasMessageContaining("more than 92 days");
    assertThatThrownBy(() -> asked(NOON, NOON.plusSeconds(1), 1_001))
        .hasMessageContaining("expected 1 to 1000");
    assertThatThrownBy(() -> asked(NOON, NOON.plusSeconds(1), 0))
        .hasMessageContaining("expected 1 to 1000");
    assertThatThrownBy(() -> query(Dimension.TOOL, Dimension.TOOL)).hasMessageContaining("twice");
  }

  private static UsageQuery asked(Instant from, Instant until, int limit) {
    return new UsageQuery(from, until, List.of(), null, limit);
  }
}
