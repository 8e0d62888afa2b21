package io.portolan.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplesTest {
  private final Samples samples = new Samples();

  @Test
  void ratiosAreTakenWithinARound() {
    // The machine got ten times slower in the second round, for both.
    add("gateway", 2, 20, 3);
    add("nginx", 1, 10, 1);
    assertThat(samples.ratio("gateway", "nginx")).isEqualTo(2);
    assertThat(samples.difference("gateway", "nginx")).isEqualTo(2);
    assertThat(samples.median("gateway")).isEqualTo(3);
  }

  @Test
  void anEvenNumberOfRoundsTakesTheMiddleOfTheMiddleTwo() {
    add("gateway", 4, 1, 2, 10);
    assertThat(samples.median("gateway")).isEqualTo(3);
    assertThat(samples.min("gateway")).isEqualTo(1);
    assertThat(samples.max("gateway")).isEqualTo(10);
  }

  @Test
  void anAbsentSideIsNotANumber() {
    add("gateway", 1);
    assertThat(samples.ratio("gateway", "nginx")).isNaN();
    assertThat(samples.median("nginx")).isNaN();
    assertThat(samples.max("nginx")).isNaN();
  }

  private void add(String target, double... figures) {
    for (var figure : figures) {
      samples.add(target, figure);
    }
  }
}
