package io.portolan.tenancy.usage;

import static io.portolan.tenancy.usage.Ledgers.ACME;
import static io.portolan.tenancy.usage.Ledgers.NOON;
import static io.portolan.tenancy.usage.Ledgers.OTHER;
import static io.portolan.tenancy.usage.Ledgers.SELDOM;
import static io.portolan.tenancy.usage.Ledgers.call;
import static io.portolan.tenancy.usage.Ledgers.caller;
import static io.portolan.tenancy.usage.Ledgers.calls;
import static io.portolan.tenancy.usage.Ledgers.groups;
import static io.portolan.tenancy.usage.Ledgers.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.UsageLedger.Ending;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.store.testkit.Fault;
import io.portolan.tenancy.store.testkit.FaultPlan;
import io.portolan.tenancy.store.testkit.FaultyStore;
import io.portolan.tenancy.usage.UsageReport.Group;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class StoredUsageTest {
  @TempDir private Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private Store store;

  @BeforeEach
  void open() throws Exception {
    store = EmbeddedStore.open(directory, new Schema(UsageTables.ALL), InstantSource.system());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private StoredUsage ledger(Store on, UsageSettings settings) {
    return new StoredUsage(on, settings, now::get).start();
  }

  @Test
  void callsAreCountedByHowTheyEndedWithWhatTheyUsed() throws Exception {
    try (var ledger = ledger(store, SELDOM)) {
      for (var ending : Ending.values()) {
        ledger.count(caller(ACME), call("read", ending));
      }
      ledger.count(caller(ACME), call("read"));
      assertThat(ledger.written(soon())).isTrue();
      assertThat(groups(store, ACME))
          .containsExactly(
              new Group(List.of(), new Totals(2, 1, 1, 1, 500, 5_000, 10_000, 35, 150)));
    }
  }

  @Test
  void eachOfManyParallelCallsIsCountedOnce() throws Exception {
    try (var ledger = ledger(store, SELDOM);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work =
          IntStream.range(0, 40)
              .<Callable<Boolean>>mapToObj(
                  _ ->
                      () -> {
                        for (int i = 0; i < 100; i++) {
                          ledger.count(caller(ACME), call("tool-" + i % 7));
                          if (i % 10 == 0) {
                            ledger.written(soon());
                          }
                        }
                        return true;
                      })
              .toList();
      for (var ended : threads.invokeAll(work)) {
        assertThat(ended.get()).isTrue();
      }
      assertThat(ledger.written(soon())).isTrue();
      assertThat(calls(store, ACME)).isEqualTo(4_000);
      assertThat(groups(store, ACME, Dimension.TOOL)).hasSize(7);
    }
  }

  @Test
  void ofATenantThatIsErasedNothingStaysAndNothingComes() throws Exception {
    try (var gone = ledger(store, SELDOM)) {
      gone.count(caller(ACME), call("read"));
      now.set(NOON.plus(Duration.ofHours(20)));
      gone.count(caller(ACME), call("read"));
      gone.count(caller(OTHER), call("read"));
    }
    try (var ledger = ledger(store, SELDOM)) {
      ledger.count(caller(ACME), call("read"));
      ledger.erase(ACME, soon());
      ledger.count(caller(ACME), call("read"));
      assertThat(ledger.written(soon())).isTrue();
      assertThat(calls(store, ACME)).isZero();
      assertThat(calls(store, OTHER)).isEqualTo(1);
    }
  }

  @Test
  void severalProcessesAndThoseThatAreGoneAddUp() throws Exception {
    try (var gone = ledger(store, SELDOM)) {
      gone.count(caller(ACME), call("read"));
    }
    try (var one = ledger(store, SELDOM);
        var two = ledger(store, SELDOM)) {
      one.count(caller(ACME), call("read"));
      two.count(caller(ACME), call("read"));
      assertThat(one.written(soon()) && two.written(soon())).isTrue();
      assertThat(calls(store, ACME)).isEqualTo(3);
    }
  }

  @Test
  void anHourThatIsOverIsForgottenAndWhatComesLateAddsUp() throws Exception {
    var one = new UsageSettings(Duration.ofHours(1), Duration.ofMinutes(1), 1, 1);
    try (var ledger = ledger(store, one)) {
      ledger.count(caller(ACME), call("read"));
      now.set(NOON.plus(Duration.ofHours(1)));
      assertThat(ledger.written(soon())).isTrue();
      ledger.count(caller(ACME), call("read"));
      now.set(NOON);
      ledger.count(caller(ACME), call("read"));
      assertThat(ledger.written(soon())).isTrue();
      var byHour = groups(store, ACME, Dimension.HOUR, Dimension.TOOL);
      assertThat(byHour)
          .as("there was room again, and for one series only")
          .extracting(Group::values)
          .containsExactly(
              List.of("2026-11-21T12:00:00Z", "(other)"),
              List.of("2026-11-21T12:00:00Z", "read"),
              List.of("2026-11-21T13:00:00Z", "read"));
      assertThat(calls(store, ACME)).isEqualTo(3);
    }
  }

  @Test
  void whatHasNoRoomIsCountedAsOther() throws Exception {
    var two = new UsageSettings(Duration.ofHours(1), Duration.ofMinutes(1), 2, 3);
    try (var ledger = ledger(store, two)) {
      for (int i = 0; i < 5; i++) {
        ledger.count(caller(ACME), call("tool-" + i));
        ledger.count(caller(OTHER), call("tool-" + i));
      }
      assertThat(ledger.written(soon())).isTrue();
      assertThat(groups(store, ACME, Dimension.TOOL))
          .extracting(group -> group.values().getFirst() + " " + group.totals().calls())
          .containsExactly("(other) 3", "tool-0 1", "tool-1 1");
      assertThat(groups(store, OTHER, Dimension.TOOL))
          .as("three of all tenants together")
          .extracting(group -> group.values().getFirst() + " " + group.totals().calls())
          .containsExactly("(other) 4", "tool-0 1");
    }
  }

  /** Whatever the store does, everything is counted once; a write may have been carried out. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 2026})
  void aStoreThatFailsLosesNothingAndCountsNothingTwice(long seed) throws Exception {
    var faults = EnumSet.of(Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE, Fault.SLOW, Fault.DUPLICATE);
    var faulty = new FaultyStore(store, new FaultPlan(seed, faults, 0.3));
    try (var ledger = ledger(faulty, SELDOM)) {
      for (int i = 0; i < 300; i++) {
        ledger.count(caller(ACME), call("tool-" + i % 5));
        if (i % 20 == 0) {
          ledger.written(soon());
        }
      }
      var until = soon();
      while (!ledger.written(soon())) {
        assertThat(until.passed()).as("seed " + seed).isFalse();
      }
      assertThat(calls(store, ACME)).as("seed " + seed).isEqualTo(300);
    }
  }

  @Test
  void aStoreThatIsAwayIsWrittenToOnceItIsBack() throws Exception {
    var dead = new FaultyStore(store, new FaultPlan(1, EnumSet.of(Fault.UNAVAILABLE), 1.0));
    try (var ledger = ledger(dead, SELDOM)) {
      ledger.count(caller(ACME), call("read"));
      assertThat(ledger.written(soon())).isFalse();
    }
    assertThat(calls(store, ACME)).isZero();
  }

  @Test
  void namesThatNoStoreKeepsAreCountedAllTheSame() throws Exception {
    try (var ledger = ledger(store, SELDOM)) {
      ledger.count(caller(ACME), call("a\0b\uD800"));
      ledger.count(caller(ACME), call("x".repeat(100_000)));
      assertThat(ledger.written(soon())).isTrue();
      assertThat(groups(store, ACME, Dimension.TOOL))
          .extracting(group -> group.values().getFirst())
          .containsExactly("a\uFFFDb?", "x".repeat(255));
    }
  }
}
