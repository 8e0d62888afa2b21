package io.portolan.e2e.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Ends a process at the end of a test: asks first, then insists. */
final class Ending {
  private Ending() {}

  static void of(Process process, Duration patience) {
    process.destroy();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
