package io.portolan.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {
  private final LatencyHistogram histogram = new LatencyHistogram();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void quantilesAreWithinOnePercentOfTheExactOnesAndNeverBelow(long seed) {
    var random = new SplittableRandom(seed);
    var nanos = new long[10_000];
    for (var i = 0; i < nanos.length; i++) {
      nanos[i] = (long) Math.exp(random.nextDouble(Math.log(2e9)));
      histogram.record(nanos[i]);
    }
    Arrays.sort(nanos);
    for (var share : new double[] {0.001, 0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
      var exact = nanos[(int) Math.ceil(share * nanos.length) - 1] / 1e3;
      assertThat(histogram.micros(share))
          .as("seed %d, share %s", seed, share)
          .isGreaterThanOrEqualTo(exact)
          .isCloseTo(exact, within(exact * 0.01 + 0.001));
    }
    assertThat(histogram.maxMicros()).isEqualTo(nanos[nanos.length - 1] / 1e3);
  }

  @Test
  void nothingRecordedIsZero() {
    assertThat(histogram.count()).isZero();
    assertThat(histogram.micros(0.5)).isZero();
  }

  @Test
  void theBoundsAreKept() {
    histogram.record(-5);
    histogram.record(0);
    histogram.record(Duration.ofMinutes(2).toNanos());
    histogram.record(Duration.ofHours(2).toNanos());
    assertThat(histogram.count()).isEqualTo(4);
    assertThat(histogram.micros(0.25)).isZero();
    assertThat(histogram.micros(0.75)).isCloseTo(120e6, within(1.2e6));
  }
}
