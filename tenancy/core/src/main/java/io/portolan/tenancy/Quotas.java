package io.portolan.tenancy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What each tenant, team, key, agent and tool may use. Thread-safe. */
public interface Quotas {
  /** Nothing is limited. */
  Quotas NONE = (_, _) -> new Outcome.Granted(_ -> {});

  /**
   * Reserves one call, before it is made. Usually takes no I/O; waits a bounded time for the store
   * where a budget is nearly used up.
   *
   * @param tool the tool's name as callers know it; null for what is no tool's call
   */
  Outcome reserve(Caller caller, @Nullable String tool) throws InterruptedException;

  /** What became of a reservation. */
  sealed interface Outcome {
    /** The call may be made, and must be settled when it has ended. */
    record Granted(Reservation reservation) implements Outcome {}

    /**
     * A limit is reached; nothing was reserved.
     *
     * @param limit which one, in the words of the configuration
     * @param amount its value
     * @param retryAfter after which the call may be granted
     */
    record Exceeded(String limit, long amount, Duration retryAfter) implements Outcome {}

    /** A budget cannot be read now; nothing was reserved. */
    record Unavailable(String limit, Duration retryAfter) implements Outcome {}
  }

  /** What was reserved for one call. */
  @FunctionalInterface
  interface Reservation {
    /** Ends it, once; what is not settled when the process ends returns after a while. */
    void settle(Used used);
  }

  /** What a call turned out to have used. */
  enum Used {
    /** It was made, or may have been. */
    CALLED,
    /**
     * Nothing was done: what was reserved of a budget returns. It counts for a rate all the same.
     */
    NOTHING
  }
}
