package io.portolan.tenancy.store.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.store.cassandra.node.NodeCluster;
import io.portolan.tenancy.store.cassandra.node.Place;
import io.portolan.tenancy.store.testkit.KitTables;
import io.portolan.tenancy.store.testkit.KitTables.Entry;
import io.portolan.tenancy.store.testkit.KitTables.Event;
import io.portolan.tenancy.store.testkit.KitTables.Head;
import io.portolan.tenancy.store.testkit.KitTables.Position;
import io.portolan.tenancy.store.testkit.KitTables.Run;
import io.portolan.tenancy.store.testkit.KitTables.Seq;
import io.portolan.tenancy.store.testkit.KitTables.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two data centres, three nodes with three replicas in the first and one node in the second. Each
 * test leaves all of them running.
 */
@SuppressWarnings("NullAway.Init")
class TwoDatacentersTest {
  private static final Map<String, Integer> REPLICAS = Map.of("dc1", 3, "dc2", 1);
  private static final TenantId TENANT = new TenantId("acme");
  private static final int WRITERS = 6;
  private static final int WRITES_EACH = 60;
  private static final int ROUNDS = 12;

  private static NodeCluster cluster;
  private static CassandraStore first;
  private static CassandraStore second;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        NodeCluster.start(
            "two-datacenters",
            List.of(
                new Place("127.0.0.1", "dc1"),
                new Place("127.0.0.2", "dc1"),
                new Place("127.0.0.3", "dc1"),
                new Place("127.0.0.4", "dc2")));
    first = Settings.open(Settings.of(cluster, "dc1", REPLICAS));
    second = Settings.open(Settings.of(cluster, "dc2", REPLICAS));
  }

  @AfterAll
  static void stop() {
    for (var store : new CassandraStore[] {first, second}) {
      if (store != null) {
        store.close();
      }
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private static TenantStore tables(CassandraStore store) {
    return store.at(TENANT, Deadline.in(Duration.ofMinutes(2)));
  }

  private static Entry entry(int number) {
    return new Entry(new Position(number, "n"), number);
  }

  @Test
  void aWriteInOneIsReadInTheOther() throws Exception {
    var topic = KitTables.ASCENDING.at(new Topic("replicated"));
    tables(first).put(topic, entry(1));
    tables(second).put(topic, entry(2));

    await(() -> tables(second).get(topic, entry(1).key()).isPresent());
    await(() -> tables(first).get(topic, entry(2).key()).isPresent());
  }

  @Test
  void writesGoOnWithoutTheOtherAndAreThereWhenItComesBack() throws Exception {
    var topic = KitTables.ASCENDING.at(new Topic("while away"));
    cluster.node(3).kill();
    try {
      for (int n = 0; n < 200; n++) {
        tables(first).put(topic, entry(n));
      }
    } finally {
      cluster.node(3).start();
    }
    for (int n = 0; n < 200; n++) {
      var key = entry(n).key();
      await(() -> tables(second).get(topic, key).isPresent());
    }
  }

  @Test
  void noAcknowledgedWriteIsLostWithANodeOfThree() throws Exception {
    var topic = KitTables.ASCENDING.at(new Topic("a node dies"));
    var acknowledged = new ConcurrentLinkedQueue<Entry>();
    var underWay = new CountDownLatch(WRITERS * WRITES_EACH / 4);
    var writers = new ArrayList<Callable<Boolean>>();
    for (int writer = 0; writer < WRITERS; writer++) {
      var from = writer * WRITES_EACH;
      writers.add(
          () -> {
            for (int n = from; n < from + WRITES_EACH; n++) {
              try {
                tables(first).put(topic, entry(n));
                acknowledged.add(entry(n));
              } catch (StoreUnavailableException _) {
                // Not acknowledged: nothing is promised.
              } finally {
                underWay.countDown();
              }
            }
            return true;
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = writers.stream().map(threads::submit).toList();
      underWay.await();
      cluster.node(2).kill();
      for (var writer : running) {
        assertThat(writer.get()).isTrue();
      }
      assertThat(acknowledged).hasSizeGreaterThan(WRITERS * WRITES_EACH / 2);
      for (var entry : acknowledged) {
        assertThat(answered(() -> tables(first).get(topic, entry.key()))).contains(entry);
      }
    } finally {
      cluster.node(2).kill();
      cluster.node(2).start();
    }
  }

  @Test
  void batchesFromBothForATenantsHomeNeverBothWin() throws Exception {
    race(KitTables.RUN_LOG);
  }

  @Test
  void batchesFromBothForAllRegionsNeverBothWin() throws Exception {
    race(KitTables.REGION_LOG);
  }

  private static void race(SerialTable<Run, Seq, Event, Head> table) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      var run = new Run(new UUID(0x4000, round));
      Callable<CommitOutcome<Event, Head>> fromFirst = () -> claim(first, table, run, "dc1");
      Callable<CommitOutcome<Event, Head>> fromSecond = () -> claim(second, table, run, "dc2");
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var outcomes = new ArrayList<CommitOutcome<Event, Head>>();
        for (var done : threads.invokeAll(List.of(fromFirst, fromSecond))) {
          outcomes.add(done.get());
        }
        var winner = answered(() -> tables(first).statics(table.at(run))).orElseThrow();
        assertThat(answered(() -> tables(second).statics(table.at(run)))).contains(winner);
        assertThat(outcomes)
            .as("round %d", round)
            .containsExactlyInAnyOrder(
                new CommitOutcome.Applied<>(),
                new CommitOutcome.Conflict<>(winner, List.of(event(winner))));
      }
    }
  }

  private static Event event(Head head) {
    return new Event(new Seq(1), new UUID(0x4000, 1), String.valueOf(head.owner()), Bytes.of("x"));
  }

  /** The same batch again, while nobody knows or while contention makes the store too slow. */
  private static CommitOutcome<Event, Head> claim(
      CassandraStore store, SerialTable<Run, Seq, Event, Head> table, Run run, String owner)
      throws InterruptedException {
    var head = new Head(1, 1, owner);
    var batch =
        Batch.in(table.at(run), UUID.randomUUID()).ifNoStatics().statics(head).put(event(head));
    var deadline = Deadline.in(Duration.ofMinutes(4));
    while (true) {
      try {
        var outcome = tables(store).commit(batch);
        if (!(outcome instanceof CommitOutcome.Unknown) || deadline.passed()) {
          return outcome;
        }
      } catch (StoreUnavailableException e) {
        if (deadline.passed()) {
          throw e;
        }
      }
    }
  }

  /** The first answer: a node that was killed is missed only after some reads. */
  private static <T> T answered(Callable<T> read) throws Exception {
    var deadline = Deadline.in(Duration.ofMinutes(5));
    while (true) {
      try {
        return read.call();
      } catch (StoreUnavailableException e) {
        if (deadline.passed()) {
          throw e;
        }
      }
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    var deadline = Deadline.in(Duration.ofMinutes(5));
    while (!holds(condition)) {
      assertThat(deadline.passed()).as("it becomes so in time").isFalse();
      LockSupport.parkNanos(100_000_000);
    }
  }

  /** A node that has just come back may not be reached yet. */
  private static boolean holds(Callable<Boolean> condition) throws Exception {
    try {
      return condition.call();
    } catch (StoreUnavailableException _) {
      return false;
    }
  }
}
