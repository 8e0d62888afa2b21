package io.portolan.standalone.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "30s, 30000",
    "500ms, 500",
    "2m, 120000",
    "2min, 120000",
    "1h, 3600000",
    "0.5s, 500",
    "' 3 s ', 3000"
  })
  void durationsCarryTheirUnit(String text, long millis) {
    assertThat(Quantity.duration(text)).contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "1B, 1",
    "4KiB, 4096",
    "4KB, 4000",
    "64MiB, 67108864",
    "1GiB, 1073741824",
    "1.5KiB, 1536"
  })
  void bytesCarryTheirUnit(String text, long bytes) {
    assertThat(Quantity.bytes(text)).hasValue(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "s", "-1s", "1 S", "1d", "1e3s", "999999999999999h", "1,5s"})
  void otherTextsAreNoDuration(String text) {
    assertThat(Quantity.duration(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4", "4mib", "0.5B", "-4MiB", "999999999999999GiB"})
  void otherTextsAreNoBytes(String text) {
    assertThat(Quantity.bytes(text)).isEmpty();
  }

  @Test
  void amountsAreShownAsTheyAreWritten() {
    assertThat(Quantity.shown(4 << 20)).isEqualTo("4MiB");
    assertThat(Quantity.shown(1 << 10)).isEqualTo("1KiB");
    assertThat(Quantity.shown(1000)).isEqualTo("1000B");
    assertThat(Quantity.shown(Duration.ofMillis(100))).isEqualTo("100ms");
    assertThat(Quantity.shown(Duration.ofMinutes(2))).isEqualTo("120s");
  }
}
