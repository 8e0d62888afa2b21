package io.portolan.gateway.core.resilience;

import io.portolan.gateway.core.upstream.Condition.Circuit;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Closed, a call costs two volatile reads. Failures must be in a row: a server of which one tool in
 * ten hangs is useful to the callers of the other nine, and one that fails every other time still
 * has its five in a row soon. A trial that neither succeeds nor fails (its caller left, say) must
 * not keep the circuit half open for ever: the next call after another pause is a trial as well.
 */

/**
 * Leaves a server alone that has failed several times in a row, and lets one call through now and
 * then to see whether it is well again. Thread-safe, without locks.
 */
final class CircuitBreaker {
  /** Since when and why calls are (or are not) made; {@code retryAt} is on the nano clock. */
  private record Phase(
      Circuit circuit, Instant since, @Nullable Illness illness, long pauseNanos, long retryAt) {}

  private final GuardSettings settings;
  private final Clock clock;
  private final LongSupplier nanos;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicReference<Phase> phase;
  private final LongAdder openings = new LongAdder();

  /**
   * @param nanos what {@link System#nanoTime} is to a running gateway
   */
  CircuitBreaker(GuardSettings settings, Clock clock, LongSupplier nanos) {
    this.settings = settings;
    this.clock = clock;
    this.nanos = nanos;
    this.phase = new AtomicReference<>(closed());
  }

  private Phase closed() {
    return new Phase(Circuit.CLOSED, clock.instant(), null, 0, 0);
  }

  /** Why a call must not be made now; null when it may. */
  UpstreamFailure.@Nullable Suspended refusal() {
    while (true) {
      var current = phase.get();
      if (current.circuit() == Circuit.CLOSED) {
        return null;
      }
      var now = nanos.getAsLong();
      var left = current.retryAt() - now;
      if (left > 0) {
        return new UpstreamFailure.Suspended(
            current.since(), reason(current), Duration.ofNanos(left));
      }
      if (phase.compareAndSet(current, trial(current, now))) {
        return null;
      }
    }
  }

  private static Phase trial(Phase current, long now) {
    return new Phase(
        Circuit.HALF_OPEN,
        current.since(),
        current.illness(),
        current.pauseNanos(),
        now + current.pauseNanos());
  }

  /** The server answered a call. */
  void answered() {
    if (failures.get() != 0) {
      failures.set(0);
    }
    if (phase.get().circuit() != Circuit.CLOSED) {
      phase.set(closed());
    }
  }

  /** A call failed in a way that says that the server is ill. */
  void failed(Illness illness) {
    var current = phase.get();
    switch (current.circuit()) {
      case CLOSED -> {
        if (failures.incrementAndGet() >= settings.failuresToOpen()) {
          open(current, illness, clock.instant(), settings.openMin().toNanos());
        }
      }
      case HALF_OPEN -> {
        var pause = Math.min(2 * current.pauseNanos(), settings.openMax().toNanos());
        open(current, illness, current.since(), pause);
      }
      case OPEN -> {} // a call that was under way before
    }
  }

  private void open(Phase from, Illness illness, Instant since, long pauseNanos) {
    var retryAt = nanos.getAsLong() + pauseNanos;
    var to = new Phase(Circuit.OPEN, since, illness, pauseNanos, retryAt);
    if (phase.compareAndSet(from, to) && from.circuit() == Circuit.CLOSED) {
      openings.increment();
    }
  }

  /** A call ended in a way that says nothing: if it was the trial, the next one is. */
  void undecided() {
    var current = phase.get();
    if (current.circuit() == Circuit.HALF_OPEN) {
      var next =
          new Phase(
              Circuit.HALF_OPEN,
              current.since(),
              current.illness(),
              current.pauseNanos(),
              nanos.getAsLong());
      var _ = phase.compareAndSet(current, next);
    }
  }

  Circuit circuit() {
    return phase.get().circuit();
  }

  Instant since() {
    return phase.get().since();
  }

  /** Why calls are not made; empty while they are. */
  String reason() {
    return reason(phase.get());
  }

  private static String reason(Phase phase) {
    var illness = phase.illness();
    return illness == null ? "" : illness.text();
  }

  /** How often it has opened. */
  long openings() {
    return openings.sum();
  }
}
