package io.portolan.tenancy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.audit.Verification.Whole;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of a process that writes its audit chain, again and again on one store. */
@SuppressWarnings("NullAway.Init")
class AuditKillTest {
  private static final int ROUNDS = Integer.getInteger("portolan.kill.rounds", 3);

  @TempDir private Path directory;

  @Test
  void whatWasRecordedIsInTheChainAfterAKillAndTheChainGoesOn() throws Exception {
    var seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    var data = directory.resolve("data");
    var records = 0L;
    for (int round = 0; round < ROUNDS; round++) {
      var acknowledged = killAfter(1 + random.nextInt(30), data);
      try (var store = Chains.open(data)) {
        var found = Chains.verify(store);
        assertThat(found).as("seed %d, round %d", seed, round).isInstanceOf(Whole.class);
        var now = ((Whole) found).shards().getFirst().lastSeq();
        assertThat(now)
            .as("seed %d, round %d", seed, round)
            .isGreaterThanOrEqualTo(records + acknowledged);
        records = now;
      }
    }
  }

  private long killAfter(int lines, Path data) throws Exception {
    var errors = directory.resolve("stderr");
    var child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dorg.sqlite.tmpdir=" + directory,
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledAuditWriter.class.getName(),
                    data.toString()))
            .redirectError(errors.toFile())
            .start();
    var acknowledged = 0L;
    try (var out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < lines; i++) {
        var line = out.readLine();
        assertThat(line).as("the child writes; it said: %s", Files.readString(errors)).isNotNull();
        acknowledged = Long.parseLong(line);
      }
      child.toHandle().destroyForcibly();
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
    return acknowledged;
  }
}
