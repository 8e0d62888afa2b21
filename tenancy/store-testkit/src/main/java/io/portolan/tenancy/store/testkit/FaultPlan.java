package io.portolan.tenancy.store.testkit;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Which faults come how often: from a seed, so that one history can be played again. Thread-safe.
 */
public final class FaultPlan {
  private final SplittableRandom random;
  private final List<Fault> kinds;
  private final double share;

  /**
   * Faults of these kinds, equally often.
   *
   * @param share of all operations, 0 to 1
   */
  public FaultPlan(long seed, Set<Fault> kinds, double share) {
    this.random = new SplittableRandom(seed);
    this.kinds = List.copyOf(EnumSet.copyOf(kinds));
    this.share = share;
  }

  /** The fault of the next operation. */
  synchronized Optional<Fault> next() {
    return random.nextDouble() < share
        ? Optional.of(kinds.get(random.nextInt(kinds.size())))
        : Optional.empty();
  }
}
