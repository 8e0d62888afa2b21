package io.portolan.tenancy.usage;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.usage.UsageTables.SeriesKey;
import java.time.Duration;
import java.time.Instant;

/** Deletes what was counted of a tenant that is no more. Stateless; blocks on the store. */
final class UsageErasure {
  private static final int PAGE_ROWS = 1000;

  /** Clocks of other processes may be ahead. */
  private static final Duration AHEAD = Duration.ofDays(1);

  private UsageErasure() {}

  /** Deletes all rows that can still be there. Repeating it is safe. */
  static void erase(Store store, TenantId tenant, Instant now, Deadline deadline)
      throws InterruptedException {
    var mine = store.at(tenant, deadline);
    for (var day = now.minus(UsageTables.KEPT); !day.isAfter(now.plus(AHEAD)); ) {
      var partition = UsageTables.USAGE.at(UsageWriter.day(day));
      String next;
      do {
        var page = mine.slice(partition, Slice.<SeriesKey>all(PAGE_ROWS));
        for (var row : page.rows()) {
          mine.delete(partition, row.key());
        }
        next = page.next();
      } while (next != null);
      day = day.plus(Duration.ofDays(1));
    }
  }
}
