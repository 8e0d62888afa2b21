package io.portolan.bench.load;

import java.time.Duration;

/**
 * Counts of latencies in buckets less than one percent wide, up to two minutes.
 *
 * <p>Not thread-safe. Quantiles are the upper end of their bucket, so they never flatter.
 */
public final class LatencyHistogram {
  // 128 buckets for each doubling; below 128 ns each value has its own.
  private static final int STEP_BITS = 7;
  private static final long NANOS_MAX = Duration.ofMinutes(2).toNanos();

  private final long[] counts = new long[bucket(NANOS_MAX) + 1];
  private long count;
  private long nanosMax;

  /** Counts one latency in nanoseconds; longer than two minutes counts as two minutes. */
  public void record(long nanos) {
    counts[bucket(Math.clamp(nanos, 0, NANOS_MAX))]++;
    count++;
    nanosMax = Math.max(nanosMax, nanos);
  }

  /** Counts what another has counted. */
  public void add(LatencyHistogram other) {
    for (var bucket = 0; bucket < counts.length; bucket++) {
      counts[bucket] += other.counts[bucket];
    }
    count += other.count;
    nanosMax = Math.max(nanosMax, other.nanosMax);
  }

  /** How many were recorded. */
  public long count() {
    return count;
  }

  /** The longest, exactly. */
  public double maxMicros() {
    return nanosMax / 1e3;
  }

  /**
   * The latency that the given share stays within, in microseconds; 0 when there is none.
   *
   * @param share 0 to 1, for example 0.99
   */
  public double micros(double share) {
    var rank = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (var bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= rank) {
        return Math.min(upperNanos(bucket), nanosMax) / 1e3;
      }
    }
    return 0;
  }

  private static int bucket(long nanos) {
    var shift = Math.max(0, 63 - Long.numberOfLeadingZeros(nanos | 1) - STEP_BITS);
    return (shift << STEP_BITS) + (int) (nanos >>> shift);
  }

  private static long upperNanos(int bucket) {
    if (bucket < 2 << STEP_BITS) {
      return bucket;
    }
    var shift = (bucket >> STEP_BITS) - 1;
    var mantissa = bucket - (shift << STEP_BITS);
    return ((mantissa + 1L) << shift) - 1;
  }
}
