package io.portolan.gateway.upstream.stdio;

import java.time.Duration;

/**
 * When a server that keeps failing may be started again: after 0.1 s, doubling to 30 s, and from
 * the start again once it has run for a minute. Not thread-safe.
 */
final class Backoff {
  private static final long FIRST_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LONGEST_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long HEALTHY_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int QUICK_FAILURES_MAX = 5;

  private int failures;
  private long allowedAt;
  private String reason = "";

  /** The server could not be started, or ended after {@code uptimeNanos}. */
  void failed(String why, long uptimeNanos, long now) {
    if (uptimeNanos >= HEALTHY_NANOS) {
      failures = 0;
    }
    var pause = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(failures, 16));
    failures++;
    allowedAt = now + pause;
    reason = why;
  }

  /** Nanoseconds until the next start is allowed; zero or less when it is. */
  long nanosLeft(long now) {
    return failures == 0 ? 0 : allowedAt - now;
  }

  /** How often it failed in a row. */
  int failures() {
    return failures;
  }

  /** Whether it failed so often that only a caller may start it again. */
  boolean isQuarantined() {
    return failures >= QUICK_FAILURES_MAX;
  }

  /** Why it is down. */
  String reason() {
    return isQuarantined()
        ? "quarantined after " + failures + " quick failures; the last one: " + reason
        : reason;
  }
}
