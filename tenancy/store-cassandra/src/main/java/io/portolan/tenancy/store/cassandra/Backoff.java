package io.portolan.tenancy.store.cassandra;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets those who met on one partition come back at different times. */
final class Backoff {
  private static final long PAUSE_NANOS_MAX = 50_000_000;

  private Backoff() {}

  /**
   * Waits; longer after more attempts. An interrupt ends it, and the next blocking call sees it.
   */
  static void pause(int attempt) {
    var most = Math.min(PAUSE_NANOS_MAX, TimeUnit.MILLISECONDS.toNanos(1) << Math.min(attempt, 10));
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
  }
}
