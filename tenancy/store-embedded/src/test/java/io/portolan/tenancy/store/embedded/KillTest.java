package io.portolan.tenancy.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.testkit.KitTables.Event;
import io.portolan.tenancy.store.testkit.KitTables.Head;
import io.portolan.tenancy.store.testkit.KitTables.Seq;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a process that writes, again and again on the same store, after a random
 * number of acknowledged writes: all of those are there, and of the others each is there wholly or
 * not at all. {@code -Dportolan.kill.rounds=20} for fewer.
 */
@SuppressWarnings("NullAway.Init")
class KillTest {
  private static final int ROUNDS = Integer.getInteger("portolan.kill.rounds", 200);
  private static final int ACKNOWLEDGED_MAX = 60;

  /** All of a store is read after each round: it must not grow for ever. */
  private static final int ROUNDS_PER_STORE = 10;

  /** Stores at a time: while one waits for its process to start, another is read. */
  private static final int LANES = 2;

  @TempDir private Path directory;

  @Test
  void everyAcknowledgedWriteIsThereAfterAKill() throws Exception {
    var seed = System.nanoTime();
    var jvm = WriterJvm.in(directory.resolve("library"));
    var stores = new ArrayList<Callable<Integer>>();
    for (int first = 0; first < ROUNDS; first += ROUNDS_PER_STORE) {
      var from = first;
      var random = new SplittableRandom(seed + from);
      stores.add(() -> rounds(from, random, "seed " + seed, jvm));
    }
    var rounds = 0;
    try (var lanes = Executors.newFixedThreadPool(LANES)) {
      for (var store : lanes.invokeAll(stores)) {
        rounds += store.get();
      }
    }
    assertThat(rounds).isEqualTo(ROUNDS);
  }

  /** The rounds of one store, on which all processes write one after the other. */
  private int rounds(int from, SplittableRandom random, String seed, WriterJvm jvm)
      throws Exception {
    var acknowledged = new long[KilledWriter.CALLERS];
    var data = directory.resolve("data" + from);
    var until = Math.min(ROUNDS, from + ROUNDS_PER_STORE);
    for (int round = from; round < until; round++) {
      var errors = directory.resolve("stderr" + from);
      var child = jvm.start(data, errors);
      killAfter(random.nextInt(ACKNOWLEDGED_MAX), child, errors, acknowledged);
      verify(data, acknowledged, seed + ", round " + round);
      assertThat(Arrays.stream(acknowledged).sum()).as("something was written").isPositive();
    }
    return until - from;
  }

  private static void killAfter(int lines, Process child, Path errors, long[] acknowledged)
      throws Exception {
    try (var out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      for (int i = 0; i <= lines; i++) {
        var line = out.readLine();
        assertThat(line).as("the child writes; it said: %s", Files.readString(errors)).isNotNull();
        note(line, acknowledged);
      }
      child.toHandle().destroyForcibly(); // The process's own method closes its output unread.
      // What it acknowledged before the kill reached it counts as well.
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        note(line, acknowledged);
      }
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  private static void note(String line, long[] acknowledged) {
    var parts = line.split(" ", -1);
    if (parts.length == 2 && !parts[1].isEmpty()) {
      var caller = Integer.parseInt(parts[0]);
      // A line the kill cut short names a smaller number, which was acknowledged too.
      acknowledged[caller] = Math.max(acknowledged[caller], Long.parseLong(parts[1]));
    }
  }

  private static void verify(Path data, long[] acknowledged, String round) throws Exception {
    try (var store = KilledWriter.open(data)) {
      for (int caller = 0; caller < KilledWriter.CALLERS; caller++) {
        var partition = KilledWriter.LOG.at(KilledWriter.run(caller));
        var head = Stores.tables(store).statics(partition).map(Head::headSeq).orElse(0L);
        assertThat(head).as(round).isGreaterThanOrEqualTo(acknowledged[caller]);
        assertThat(events(store, caller))
            .as(round + ", the log up to its head and no further")
            .isEqualTo(expected(caller, head));
        acknowledged[caller] = head; // It was seen: from now on it must stay.
      }
    }
  }

  private static List<Event> events(EmbeddedStore store, int caller) throws InterruptedException {
    var partition = KilledWriter.LOG.at(KilledWriter.run(caller));
    var events = new ArrayList<Event>();
    var page = Stores.tables(store).slice(partition, Slice.all(1000));
    events.addAll(page.rows());
    while (page.next() != null) {
      page = Stores.tables(store).slice(partition, Slice.<Seq>all(1000).after(page.next()));
      events.addAll(page.rows());
    }
    return events;
  }

  private static List<Event> expected(int caller, long head) {
    var events = new ArrayList<Event>();
    for (long seq = 1; seq <= head; seq++) {
      events.add(KilledWriter.event(caller, seq));
    }
    return events;
  }
}
