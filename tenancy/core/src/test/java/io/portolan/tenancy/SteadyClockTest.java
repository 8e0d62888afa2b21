package io.portolan.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SteadyClockTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  /** {@code faults.md} 7. */
  @ParameterizedTest
  @ValueSource(strings = {"PT1H", "PT-1H"})
  void itGoesOnWhateverIsDoneToTheWallClock(String jump) {
    var wall = new AtomicReference<>(NOON);
    var nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
    var clock = SteadyClock.setBy(wall::get, nanos::get);
    assertThat(clock.instant()).isEqualTo(NOON);
    wall.set(NOON.plus(Duration.parse(jump)));
    assertThat(clock.instant()).isEqualTo(NOON);
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(10));
  }

  @Test
  void withoutAnybodysDoingItIsTheWallClock() {
    var before = Instant.now();
    var clock = SteadyClock.setBy(Instant::now);
    assertThat(clock.instant()).isAfterOrEqualTo(before);
  }
}
