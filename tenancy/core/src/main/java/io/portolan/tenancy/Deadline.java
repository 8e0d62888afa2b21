package io.portolan.tenancy;

import java.time.Duration;

/**
 * The one instant by which a call must have ended, on the clock of {@link System#nanoTime}. Passed
 * down unchanged, so that hops share one budget instead of adding their own. Immutable.
 */
public record Deadline(long nanoTime) {

  /** The deadline that lies {@code budget} from now; {@code budget} must be positive. */
  public static Deadline in(Duration budget) {
    if (!budget.isPositive()) {
      throw new IllegalArgumentException("budget must be positive: " + budget);
    }
    return new Deadline(System.nanoTime() + budget.toNanos());
  }

  /** Nanoseconds left; zero or negative once the deadline has passed. */
  public long nanosLeft() {
    return nanoTime - System.nanoTime();
  }

  /** Whether the deadline has passed. */
  public boolean passed() {
    return nanosLeft() <= 0;
  }

  /** The earlier of this deadline and {@code budget} from now. */
  public Deadline orIn(Duration budget) {
    var other = in(budget);
    return other.nanoTime - nanoTime < 0 ? other : this;
  }
}
