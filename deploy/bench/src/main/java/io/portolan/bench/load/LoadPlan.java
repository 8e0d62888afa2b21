package io.portolan.bench.load;

import java.net.URI;
import java.time.Duration;

/**
 * One run of the load generator.
 *
 * @param endpoint where to
 * @param work what each connection does
 * @param connections how many, 1 to 4,096; each waits for its reply before it asks again
 * @param leadIn load before anything is counted
 * @param window how long is counted, more than zero
 */
public record LoadPlan(URI endpoint, Work work, int connections, Duration leadIn, Duration window) {
  /** Checks the bounds. */
  public LoadPlan {
    if (connections < 1 || connections > 4096) {
      throw new IllegalArgumentException("connections must be 1 to 4096: " + connections);
    }
    if (!window.isPositive() || leadIn.isNegative()) {
      throw new IllegalArgumentException("window must be positive: " + window);
    }
  }
}
