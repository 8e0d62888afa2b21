package io.portolan.tenancy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.AuditLog.Before;
import io.portolan.tenancy.AuditLog.Handed;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.audit.Verification.ShardReport;
import io.portolan.tenancy.audit.Verification.Whole;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.testkit.Fault;
import io.portolan.tenancy.store.testkit.FaultPlan;
import io.portolan.tenancy.store.testkit.FaultyStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class StoredAuditLogTest {
  @TempDir private Path directory;
  private Store store;

  @BeforeEach
  void open() throws Exception {
    store = Chains.open(directory);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatIsRecordedBeforeIsInTheStoreWhenThatIsSaid() throws Exception {
    try (var log = Chains.log(store, Chains.settings())) {
      assertThat(log.before(Chains.event(Chains.ACME, 1), Chains.soon()))
          .isEqualTo(new Before.Recorded());
      assertThat(Chains.verify(store))
          .isEqualTo(new Whole(List.of(new ShardReport(Chains.SHARD, 1, 1, 0, 0))));
    }
  }

  @Test
  void whatIsHandedOverIsWrittenInOrderAndSignedWhenTheLogIsClosed() throws Exception {
    try (var log = Chains.log(store, Chains.settings())) {
      for (int i = 1; i <= 1000; i++) {
        assertThat(log.after(Chains.event(Chains.ACME, i))).isEqualTo(Handed.ACCEPTED);
      }
    }
    var report = whole(Chains.verify(store)).getFirst();
    assertThat(report.lastSeq()).isEqualTo(1000);
    assertThat(report.signedSeq()).isEqualTo(1000);
    var calls =
        Chains.export(store, Chains.ACME).stream()
            .filter(line -> line.startsWith("{\"event\":"))
            .map(line -> line.replaceAll(".*\"call_id\":\"call-(\\d+)\".*", "$1"))
            .toList();
    assertThat(calls).isEqualTo(IntStream.rangeClosed(1, 1000).mapToObj(String::valueOf).toList());
  }

  @Test
  void aChainGoesOnAfterARestartAndOverSegments() throws Exception {
    var small =
        new AuditSettings(
            100,
            100,
            Duration.ofMillis(1),
            7,
            Duration.ofMinutes(5),
            10,
            Duration.ofSeconds(30),
            Duration.ofMinutes(1));
    for (int start = 0; start < 5; start++) {
      try (var log = Chains.log(store, small)) {
        for (int i = 0; i < 9; i++) {
          Chains.require(log.before(Chains.event(Chains.ACME, i), Chains.soon()));
        }
      }
    }
    assertThat(whole(Chains.verify(store)))
        .containsExactly(new ShardReport(Chains.SHARD, 1, 45, 45, 10));
    var segments = new ChainReader(store, Chains.ACME).shards().getFirst().segment();
    assertThat(segments).as("segments of ten records").isEqualTo(4);
  }

  @Test
  void whatFindsNoRoomIsLostAndTheChainTellsHowMuch() throws Exception {
    var blocked = new BlockedStore(store);
    var settings =
        new AuditSettings(
            4,
            4,
            Duration.ofMillis(1),
            10,
            Duration.ofMinutes(5),
            1_000,
            Duration.ofSeconds(30),
            Duration.ofMinutes(1));
    try (var log = Chains.log(blocked, settings)) {
      for (int i = 1; i <= 4; i++) {
        assertThat(log.after(Chains.event(Chains.ACME, i))).isEqualTo(Handed.ACCEPTED);
      }
      assertThat(log.after(Chains.event(Chains.ACME, 5))).isEqualTo(Handed.LOST);
      assertThat(log.after(Chains.event(Chains.ACME, 6))).isEqualTo(Handed.LOST);
      assertThat(log.before(Chains.event(Chains.ACME, 7), Chains.soon()))
          .isInstanceOf(Before.Unrecorded.class);
      assertThat(log.lost()).isEqualTo(3);
      blocked.release();
    }
    assertThat(whole(Chains.verify(store)).getFirst().lastSeq()).isGreaterThanOrEqualTo(5);
    var lost =
        Chains.export(store, Chains.ACME).stream()
            .filter(line -> line.contains("\"type\":\"events_lost\""))
            .mapToLong(line -> Long.parseLong(line.replaceAll(".*\"count\":(\\d+).*", "$1")))
            .sum();
    assertThat(lost).isEqualTo(3);
  }

  @Test
  void aTenantThatFloodsLosesItsOwnEventsOnly() throws Exception {
    var blocked = new BlockedStore(store);
    var settings =
        new AuditSettings(
            10_000,
            4,
            Duration.ofMillis(1),
            10,
            Duration.ofMinutes(5),
            1_000,
            Duration.ofSeconds(30),
            Duration.ofMinutes(1));
    try (var log = Chains.log(blocked, settings)) {
      var left = 0;
      while (log.after(Chains.event(Chains.ACME, left)) == Handed.ACCEPTED) {
        left++;
      }
      assertThat(left).as("the block under way, and four that wait").isBetween(4, 260);
      assertThat(log.after(Chains.event(Chains.OTHER, 1))).isEqualTo(Handed.ACCEPTED);
      blocked.release();
    }
    assertThat(whole(Chains.verify(store, Chains.OTHER, List.of())).getFirst().lastSeq())
        .isEqualTo(1);
  }

  @Test
  void withoutAnAnswerOfTheStoreNothingCountsAsRecorded() throws Exception {
    var blocked = new BlockedStore(store);
    try (var log = Chains.log(blocked, Chains.settings())) {
      assertThat(log.before(Chains.event(Chains.ACME, 1), Deadline.in(Duration.ofMillis(20))))
          .isInstanceOf(Before.Unrecorded.class);
      blocked.release();
    }
  }

  @Test
  void afterItsEndTheLogTakesNothing() throws Exception {
    var log = Chains.log(store, Chains.settings());
    log.close();
    log.close();
    assertThat(log.after(Chains.event(Chains.ACME, 1))).isEqualTo(Handed.LOST);
  }

  @Test
  void twoProcessesOnOneShardWriteOneChain() throws Exception {
    try (var one = Chains.log(store, Chains.settings());
        var two = Chains.log(store, Chains.settings());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writes =
          IntStream.range(0, 200)
              .<Callable<Before>>mapToObj(
                  i ->
                      () ->
                          (i % 2 == 0 ? one : two)
                              .before(Chains.event(Chains.ACME, i), Chains.soon()))
              .toList();
      for (var written : threads.invokeAll(writes)) {
        assertThat(written.get()).isEqualTo(new Before.Recorded());
      }
    }
    assertThat(whole(Chains.verify(store)).getFirst().records()).isEqualTo(200);
  }

  @Test
  void processesWithShardsOfTheirOwnWriteChainsOfTheirOwn() throws Exception {
    for (var shard : List.of("a", "b")) {
      try (var log =
          new StoredAuditLog(store, shard, Chains.KEYS, Chains.settings(), Chains.CLOCK)) {
        Chains.require(log.before(Chains.event(Chains.ACME, 1), Chains.soon()));
      }
    }
    assertThat(whole(Chains.verify(store)))
        .containsExactly(new ShardReport("a", 1, 1, 1, 1), new ShardReport("b", 1, 1, 1, 1));
    assertThatThrownBy(
            () -> new StoredAuditLog(store, "a b", Chains.KEYS, Chains.settings(), Chains.CLOCK))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneTenantNeverSeesAnother() throws Exception {
    Chains.write(store, Chains.ACME, 3);
    assertThat(Chains.verify(store, Chains.OTHER, List.of())).isEqualTo(new Whole(List.of()));
    assertThat(Chains.export(store, Chains.OTHER)).hasSize(1).noneMatch(l -> l.contains("alice"));
  }

  /** Whatever the store does to its callers, no event is lost and none is there twice. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 2026})
  void aStoreThatFailsChangesNothing(long seed) throws Exception {
    var faulty = new FaultyStore(store, new FaultPlan(seed, EnumSet.allOf(Fault.class), 0.3));
    try (var log = Chains.log(faulty, Chains.settings())) {
      for (int i = 1; i <= 20; i++) {
        Chains.require(log.before(Chains.event(Chains.ACME, i), Chains.soon()));
        assertThat(log.after(Chains.event(Chains.ACME, 100 + i))).isEqualTo(Handed.ACCEPTED);
      }
    }
    assertThat(whole(Chains.verify(store)).getFirst().records()).as("seed " + seed).isEqualTo(40);
    var calls =
        Chains.export(store, Chains.ACME).stream()
            .filter(line -> line.startsWith("{\"event\":"))
            .map(line -> line.replaceAll(".*\"call_id\":\"(call-\\d+)\".*", "$1"))
            .toList();
    assertThat(calls).as("seed " + seed).doesNotHaveDuplicates().hasSize(40);
  }

  private static List<ShardReport> whole(Verification found) {
    assertThat(found).isInstanceOf(Whole.class);
    return ((Whole) found).shards();
  }
}
