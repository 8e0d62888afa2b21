package io.portolan.gateway.core.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting with a generous deadline. */
public final class Wait {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Wait() {}

  /** Until a latch opens. */
  public static void on(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("nothing happened within " + PATIENCE);
    }
  }

  /** Until something is so. */
  public static void until(String what, BooleanSupplier isSo) {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not so within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
