package io.portolan.tenancy.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code faults.md} 14: {@code kill -9} between reserving and settling. */
@SuppressWarnings("NullAway.Init")
class QuotaKillTest {
  @TempDir private Path directory;

  @Test
  void aKillAdmitsNoMoreThanTheBudgetAndWhatWasUnderWayReturns() throws Exception {
    var data = directory.resolve("data");
    killWithTwoUnderWay(data);
    var now = new AtomicReference<>(StoredQuotasTest.NOON);
    try (var store = EmbeddedStore.open(data, new Schema(QuotaTables.ALL), InstantSource.system());
        var quotas =
            new StoredQuotas(
                List.of(StoredQuotasTest.perDay(10)),
                store,
                StoredQuotasTest.PATIENT,
                new StoredQuotas.Clocks(now::get, now::get))) {
      assertThat(StoredQuotasTest.admitted(List.of(quotas), 200))
          .as("four are spent, two may be under way")
          .hasSize(4);
      now.set(StoredQuotasTest.NOON.plus(Duration.ofMinutes(16)));
      assertThat(StoredQuotasTest.admitted(List.of(quotas), 200))
          .as("what was under way has returned")
          .hasSize(2);
    }
  }

  private void killWithTwoUnderWay(Path data) throws Exception {
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
                    KilledQuotaHolder.class.getName(),
                    data.toString()))
            .redirectError(errors.toFile())
            .start();
    try (var out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).as(Files.readString(errors)).isEqualTo("under way 2");
      child.toHandle().destroyForcibly();
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
  }
}
