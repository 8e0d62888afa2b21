package io.portolan.tenancy;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * A clock that is set once and never again: it goes on by the machine's monotonic time, whatever is
 * done to the wall clock. For what is to last so and so long in this process; never for what others
 * date, or for what outlives it. Immutable and thread-safe.
 */
public final class SteadyClock extends Clock {
  private final Instant began;
  private final long beganNanos;
  private final LongSupplier nanos;
  private final ZoneId zone;

  private SteadyClock(Instant began, long beganNanos, LongSupplier nanos, ZoneId zone) {
    this.began = began;
    this.beganNanos = beganNanos;
    this.nanos = nanos;
    this.zone = zone;
  }

  /** A clock that shows what {@code wall} shows now, and goes on by itself. */
  public static SteadyClock setBy(InstantSource wall) {
    return setBy(wall, System::nanoTime);
  }

  /**
   * The same.
   *
   * @param nanos goes on steadily, as {@link System#nanoTime} does
   */
  public static SteadyClock setBy(InstantSource wall, LongSupplier nanos) {
    return new SteadyClock(wall.instant(), nanos.getAsLong(), nanos, ZoneOffset.UTC);
  }

  @Override
  public Instant instant() {
    return began.plusNanos(nanos.getAsLong() - beganNanos);
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new SteadyClock(began, beganNanos, nanos, other);
  }
}
