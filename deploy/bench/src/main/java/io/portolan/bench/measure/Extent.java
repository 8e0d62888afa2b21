package io.portolan.bench.measure;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * <p>Many short rounds, because a ratio is taken within one: the less a round lasts, the less the
 * machine changes between its sides.
 *
 * @param rounds how often each target has its turn
 * @param leadIn load before each counted window
 * @param window how long one turn is counted
 * @param warmup how long each target is warmed up
 * @param connections numbers of connections for the call measure
 * @param sessions how many idle sessions are opened for the memory measure
 * @param starts warm starts
 */
public record Extent(
    int rounds,
    Duration leadIn,
    Duration window,
    Warmup warmup,
    List<Integer> connections,
    int sessions,
    int starts) {
  /** Everything, in about eleven minutes. */
  public static final Extent FULL =
      new Extent(
          7,
          Duration.ofMillis(300),
          Duration.ofMillis(1200),
          new Warmup(Duration.ofSeconds(10), Duration.ofSeconds(4)),
          List.of(1, 16, 32, 128),
          2000,
          5);

  /** What decides, in about four minutes. */
  public static final Extent QUICK =
      new Extent(
          3,
          Duration.ofMillis(200),
          Duration.ofMillis(700),
          new Warmup(Duration.ofSeconds(4), Duration.ofSeconds(2)),
          List.of(1, 16),
          1000,
          3);

  /**
   * Uncounted load, so that no target is measured while its code is still being compiled.
   *
   * @param first on a process that has not served anything
   * @param change on one that has, before it is asked for something else
   */
  public record Warmup(Duration first, Duration change) {}
}
