package io.portolan.tenancy;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What each tenant, team, key, agent and tool may use. Thread-safe. */
public interface Quotas {
  /** Nothing is limited. */
  Quotas NONE = (_, _) -> new Outcome.Granted(_ -> {});

  /**
   * Reserves one call, before it is made. Usually takes no I/O; waits a bounded time for the store
   * where a budget is nearly used up.
   */
  Outcome reserve(Caller caller, Asked asked) throws InterruptedException;

  /**
   * What is asked for.
   *
   * @param tool the tool's name as callers know it; null for what is no tool's call
   * @param estimate what the call may cost: so much is reserved
   */
  record Asked(@Nullable String tool, Cost estimate) {}

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
    record Exceeded(String limit, BigDecimal amount, Duration retryAfter) implements Outcome {
      /** Of a limit in whole numbers. */
      public Exceeded(String limit, long amount, Duration retryAfter) {
        this(limit, BigDecimal.valueOf(amount), retryAfter);
      }
    }

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
  sealed interface Used {
    /** It was made, or may have been. */
    record Called(Cost cost) implements Used {}

    /**
     * Nothing was done: what was reserved of a budget returns. It counts for a rate all the same.
     */
    record Nothing() implements Used {}

    /** It was made, and has no cost but that of being a call. */
    Used CALLED = new Called(Cost.FREE);

    Used NOTHING = new Nothing();
  }
}
