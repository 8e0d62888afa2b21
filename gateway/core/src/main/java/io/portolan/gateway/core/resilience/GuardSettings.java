package io.portolan.gateway.core.resilience;

import java.time.Duration;

/**
 * How much each server may take of the gateway, and how soon it is left alone. Every bound is
 * finite.
 *
 * @param callsMax calls under way to one server, 1 to 100 000
 * @param waitingMax calls that wait for one of those to end, 0 to 100 000
 * @param waitMax how long such a call waits at most; zero for not at all
 * @param failuresToOpen failures in a row after which the server is called no more, 1 to 1 000
 * @param openMin first pause before one call tries whether the server is well again
 * @param openMax longest such pause; it doubles with every trial that fails
 * @param retryPercent repetitions allowed for each hundred calls, 0 to 100
 */
public record GuardSettings(
    int callsMax,
    int waitingMax,
    Duration waitMax,
    int failuresToOpen,
    Duration openMin,
    Duration openMax,
    int retryPercent) {
  /** 256 calls, 1 024 waiting a second at most, open after 5 failures for 1 to 30 s, 20 %. */
  public static final GuardSettings DEFAULT =
      new GuardSettings(
          256, 1_024, Duration.ofSeconds(1), 5, Duration.ofSeconds(1), Duration.ofSeconds(30), 20);

  public GuardSettings {
    require("callsMax", callsMax, 1, 100_000);
    require("waitingMax", waitingMax, 0, 100_000);
    require("failuresToOpen", failuresToOpen, 1, 1_000);
    require("retryPercent", retryPercent, 0, 100);
    if (waitMax.isNegative() || !openMin.isPositive() || openMax.compareTo(openMin) < 0) {
      throw new IllegalArgumentException(
          "waitMax must not be negative, openMin must be positive and at most openMax: "
              + waitMax
              + ", "
              + openMin
              + ", "
              + openMax);
    }
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be within " + least + " and " + most + ": " + value);
    }
  }
}
