package io.portolan.gateway.core.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.upstream.Condition.Circuit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final GuardSettings SETTINGS =
      new GuardSettings(10, 0, Duration.ZERO, 3, Duration.ofSeconds(1), Duration.ofSeconds(3), 20);

  private final AtomicLong nanos = new AtomicLong();
  private final CircuitBreaker breaker =
      new CircuitBreaker(SETTINGS, Clock.fixed(NOW, ZoneOffset.UTC), nanos::get);

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed(Illness.TIMED_OUT);
    }
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private boolean allows() {
    return breaker.refusal() == null;
  }

  @Test
  void itOpensAtTheFailureThatIsOneTooManyAndNotBefore() {
    fail(2);
    assertThat(allows()).isTrue();
    fail(1);
    var refusal = Objects.requireNonNull(breaker.refusal());
    assertThat(refusal.since()).isEqualTo(NOW);
    assertThat(refusal.reason()).isEqualTo(Illness.TIMED_OUT.text());
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(breaker.openings()).isEqualTo(1);
  }

  @Test
  void failuresThatAreNotInARowDoNotOpenIt() {
    for (int i = 0; i < 10; i++) {
      fail(2);
      breaker.answered();
    }
    assertThat(allows()).isTrue();
  }

  @Test
  void afterThePauseOneCallIsATrialAndTheOthersWait() {
    fail(3);
    pass(Duration.ofSeconds(1));
    assertThat(allows()).isTrue();
    assertThat(breaker.circuit()).isEqualTo(Circuit.HALF_OPEN);
    assertThat(allows()).isFalse();
    breaker.answered();
    assertThat(breaker.circuit()).isEqualTo(Circuit.CLOSED);
    assertThat(allows()).isTrue();
    assertThat(breaker.reason()).isEmpty();
  }

  @Test
  void aTrialThatFailsDoublesThePauseUpToTheLongest() {
    fail(3);
    for (var pause : new int[] {1, 2, 3, 3}) {
      assertThat(allows()).isFalse();
      pass(Duration.ofSeconds(pause).minusNanos(1));
      assertThat(allows()).as("just before %d s", pause).isFalse();
      pass(Duration.ofNanos(1));
      assertThat(allows()).as("after %d s", pause).isTrue();
      fail(1);
    }
    assertThat(breaker.since()).isEqualTo(NOW);
    assertThat(breaker.openings()).as("it is one illness").isEqualTo(1);
  }

  @Test
  void aTrialThatSaysNothingMakesTheNextCallOne() {
    fail(3);
    pass(Duration.ofSeconds(1));
    assertThat(allows()).isTrue();
    breaker.undecided();
    assertThat(allows()).isTrue();
  }

  @Test
  void aTrialThatNeverEndsHoldsUpNothingForEver() {
    fail(3);
    pass(Duration.ofSeconds(1));
    assertThat(allows()).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(allows()).isTrue();
  }

  @Test
  void exactlyOneOfManyIsTheTrial() throws Exception {
    fail(3);
    pass(Duration.ofSeconds(1));
    var allowed = new AtomicInteger();
    var start = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        var _ =
            threads.submit(
                () -> {
                  start.await();
                  return allows() ? allowed.incrementAndGet() : 0;
                });
      }
      start.countDown();
    }
    assertThat(allowed).hasValue(1);
  }
}
