package io.portolan.gateway.upstream.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong now = new AtomicLong(-5 * SECOND); // nanoTime may be negative
  private final Pace pace = new Pace(1_000, now::get);

  @Test
  void whoWasQuietMayReadATenthOfASecondsWorthAtOnceAndOneByteMoreWaits() {
    assertThat(pace.count(100)).isZero();
    assertThat(pace.count(1)).isEqualTo(SECOND / 1_000);
  }

  @Test
  void whatIsAheadIsWaitedForAndNoLonger() {
    assertThat(pace.count(2_100)).isEqualTo(2 * SECOND);
    now.addAndGet(SECOND);
    assertThat(pace.count(0)).isEqualTo(SECOND);
    now.addAndGet(SECOND);
    assertThat(pace.count(0)).isZero();
    assertThat(pace.count(500)).isEqualTo(SECOND / 2);
  }

  @Test
  void aLongQuietIsWorthNoMoreThanAShortOne() {
    now.addAndGet(3_600 * SECOND);
    assertThat(pace.count(101)).isEqualTo(SECOND / 1_000);
  }

  @Test
  void thePaceHasBounds() {
    assertThatThrownBy(() -> new Pace(0, now::get)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Pace((1L << 33) + 1, now::get))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new Pace(1L << 33, now::get).count(1L << 29)).isZero();
  }
}
