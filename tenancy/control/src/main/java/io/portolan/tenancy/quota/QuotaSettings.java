package io.portolan.tenancy.quota;

import java.time.Duration;

/**
 * How budgets are leased.
 *
 * @param leaseMax most calls a process takes out of a budget of calls at a time
 * @param leaseTime after which a lease of a process that is gone returns: longer than a call lasts
 * @param settleInterval how long settled calls wait to be written while there is plenty left; what
 *     was settled so shortly before a kill is given out again once the lease has returned
 * @param waitMax how long a call waits for the store
 * @param askAgain after which the store of a budget that was used up is asked again
 * @param idle after which a process gives back what it does not use
 * @param countersMax tenants, teams, keys, agents and tools that are counted at a time
 */
public record QuotaSettings(
    int leaseMax,
    Duration leaseTime,
    Duration settleInterval,
    Duration waitMax,
    Duration askAgain,
    Duration idle,
    int countersMax) {
  public static final QuotaSettings DEFAULT =
      new QuotaSettings(
          1_000,
          Duration.ofMinutes(15),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          100_000);
}
