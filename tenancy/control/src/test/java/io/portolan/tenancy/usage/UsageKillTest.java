package io.portolan.tenancy.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} while calls are counted and written. */
@SuppressWarnings("NullAway.Init")
class UsageKillTest {
  @TempDir private Path directory;

  @Test
  void aKillLosesNothingThatWasWrittenAndTheNextProcessAddsToIt() throws Exception {
    var data = directory.resolve("data");
    kill(data);
    long before;
    try (var store =
        EmbeddedStore.open(data, new Schema(UsageTables.ALL), InstantSource.system())) {
      before = Ledgers.calls(store, Ledgers.ACME);
      assertThat(before).isBetween(700L, 1_000_700L);
      try (var ledger =
          new StoredUsage(store, Ledgers.SELDOM, InstantSource.fixed(Ledgers.NOON)).start()) {
        ledger.count(Ledgers.caller(Ledgers.ACME), Ledgers.call("tool-0"));
      }
      assertThat(Ledgers.calls(store, Ledgers.ACME)).isEqualTo(before + 1);
    }
  }

  private void kill(Path data) throws Exception {
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
                    KilledLedger.class.getName(),
                    data.toString()))
            .redirectError(errors.toFile())
            .start();
    try (var out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).as(Files.readString(errors)).isEqualTo("written true");
      child.toHandle().destroyForcibly();
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
  }
}
