package io.portolan.tenancy.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void asManyAsInASecondAreTakenAtOnceAndNotOneMore() {
    var rate = new Rate(10, 0);
    for (int i = 0; i < 10; i++) {
      assertThat(rate.take(0)).as("call " + i).isZero();
    }
    assertThat(rate.take(0)).isEqualTo(SECOND / 10);
    assertThat(rate.take(SECOND / 10)).isZero();
    assertThat(rate.take(SECOND / 10)).isPositive();
  }

  @Test
  void aRateThatWasLeftAloneIsIdle() {
    var rate = new Rate(2, 0);
    assertThat(rate.isIdle(0)).isTrue();
    assertThat(rate.take(0)).isZero();
    assertThat(rate.isIdle(0)).isFalse();
    assertThat(rate.isIdle(SECOND)).isTrue();
  }

  /** In no second more than twice the rate, in the long run the rate, and the wait is enough. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 2026})
  void noSecondHasMoreThanItsShare(long seed) {
    var random = new SplittableRandom(seed);
    var perSecond = random.nextLong(1, 50);
    var rate = new Rate(perSecond, 0);
    var now = 0L;
    var taken = 0;
    for (int i = 0; i < 5_000; i++) {
      var wait = rate.take(now);
      if (wait == 0) {
        taken++;
      } else {
        assertThat(rate.take(now + wait)).as("seed " + seed + ", after the wait").isZero();
        now += wait;
        taken++;
      }
      now += random.nextLong(SECOND / perSecond);
      var most = perSecond * (now / SECOND + 1) + perSecond;
      assertThat((long) taken).as("seed " + seed).isLessThanOrEqualTo(most);
    }
  }
}
