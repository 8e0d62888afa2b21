package io.portolan.tenancy.quota;

import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The tables of the quotas. A store that keeps them is opened with {@link #ALL}. */
public final class QuotaTables {
  /** A budget is of no interest some days after its own. */
  private static final Duration KEPT = Duration.ofDays(40);

  /** One budget: what is counted, for whom, on which day or in which month (UTC, ISO 8601). */
  record BudgetDay(String measure, String scope, String value, String day) {}

  /** A process that holds a part of the budget. */
  record Holder(UUID holder) {}

  /**
   * The part of a budget that a process may give out, or has given out and not settled.
   *
   * @param expires when it returns to the budget, unless it is renewed
   */
  record Lease(Holder key, long amount, Instant expires) {}

  /**
   * The budget's sums.
   *
   * @param spent settled for good
   * @param leased the sum of all leases
   * @param version grows with each change
   */
  record Sums(long spent, long leased, long version) {}

  static final SerialTable<BudgetDay, Holder, Lease, Sums> BUDGETS =
      Declaration.of("quota_budget", BudgetDay.class, Holder.class, Lease.class)
          .expiringAfter(KEPT)
          .serial(Consistency.SERIAL_IN_HOME_REGION, Sums.class);

  /** All of them. */
  public static final List<Table<?, ?, ?>> ALL = List.of(BUDGETS);

  private QuotaTables() {}
}
