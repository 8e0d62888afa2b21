package io.portolan.tenancy.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.testkit.KitTables;
import io.portolan.tenancy.store.testkit.KitTables.Event;
import io.portolan.tenancy.store.testkit.KitTables.Head;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a process that writes, again and again on the same store, after a random
 * number of acknowledged writes: all of those are there, and of the others each is there wholly or
 * not at all. {@code -Dportolan.kill.rounds=200} for many.
 */
@SuppressWarnings("NullAway.Init")
class KillTest {
  private static final int ROUNDS = Integer.getInteger("portolan.kill.rounds", 20);
  private static final int ACKNOWLEDGED_MAX = 60;

  /** All of a store is read after each round: it must not grow for ever. */
  private static final int ROUNDS_PER_STORE = 20;

  @TempDir private Path directory;

  @Test
  void everyAcknowledgedWriteIsThereAfterAKill() throws Exception {
    var seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    var acknowledged = new long[KilledWriter.CALLERS];
    for (int round = 0; round < ROUNDS; round++) {
      if (round % ROUNDS_PER_STORE == 0) {
        Arrays.fill(acknowledged, 0);
      }
      var data = directory.resolve("data" + round / ROUNDS_PER_STORE);
      killAfter(random.nextInt(ACKNOWLEDGED_MAX), data, acknowledged);
      verify(data, acknowledged, "seed " + seed + ", round " + round);
      assertThat(Arrays.stream(acknowledged).sum()).as("something was written").isPositive();
    }
  }

  private void killAfter(int lines, Path data, long[] acknowledged) throws Exception {
    var errors = directory.resolve("stderr");
    var child = start(data, errors);
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

  private static Process start(Path data, Path errors) throws IOException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            // A killed process leaves its copy of the native library behind.
            "-Dorg.sqlite.tmpdir=" + data.getParent(),
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            data.toString());
    return new ProcessBuilder(command).redirectError(errors.toFile()).start();
  }

  private static void verify(Path data, long[] acknowledged, String round) throws Exception {
    try (var store = Stores.open(data)) {
      for (int caller = 0; caller < KilledWriter.CALLERS; caller++) {
        var partition = KitTables.RUN_LOG.at(KilledWriter.run(caller));
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
    var partition = KitTables.RUN_LOG.at(KilledWriter.run(caller));
    var events = new ArrayList<Event>();
    var page = Stores.tables(store).slice(partition, Slice.all(1000));
    events.addAll(page.rows());
    while (page.next() != null) {
      page =
          Stores.tables(store).slice(partition, Slice.<KitTables.Seq>all(1000).after(page.next()));
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
