package io.portolan.bench.load;

import java.util.List;

/**
 * What one run came to, all of it within the window.
 *
 * @param units units of work that were completed
 * @param identical those whose reply was byte for byte what the upstream sends, the id apart
 * @param seconds length of the window as it was
 * @param cpuMicros CPU time that the observed process took
 * @param latency of each unit
 * @param errors bad replies and broken connections, first ones only; must be empty
 */
public record LoadResult(
    long units,
    long identical,
    double seconds,
    double cpuMicros,
    LatencyHistogram latency,
    List<String> errors) {
  /** Copies the errors. */
  public LoadResult {
    errors = List.copyOf(errors);
  }

  /** Units of work a second. */
  public double perSecond() {
    return units / seconds;
  }

  /** CPU time of the observed process for each unit, in microseconds. */
  public double cpuMicrosPerUnit() {
    return units == 0 ? 0 : cpuMicros / units;
  }
}
