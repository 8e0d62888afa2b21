package io.portolan.tenancy.quota;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Quotas.Outcome.Granted;
import io.portolan.tenancy.Quotas.Reservation;
import io.portolan.tenancy.Quotas.Used;
import io.portolan.tenancy.quota.QuotaTables.Sums;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that gets killed: of a budget of ten it settles four calls and has two under way, and
 * says so once the four are in the store.
 */
final class KilledQuotaHolder {
  private KilledQuotaHolder() {}

  /** Arguments: the store's directory. */
  public static void main(String[] args) throws Exception {
    var store =
        EmbeddedStore.open(Path.of(args[0]), new Schema(QuotaTables.ALL), InstantSource.system());
    var quotas =
        new StoredQuotas(
            List.of(StoredQuotasTest.perDay(10)),
            store,
            StoredQuotasTest.PATIENT,
            StoredQuotas.Clocks.of(InstantSource.fixed(StoredQuotasTest.NOON)));
    var reservations = new ArrayList<Reservation>();
    for (int i = 0; i < 6; i++) {
      if (quotas.reserve(StoredQuotasTest.caller(StoredQuotasTest.ACME), StoredQuotasTest.PLAIN)
          instanceof Granted(var reservation)) {
        reservations.add(reservation);
      }
    }
    reservations.subList(0, 4).forEach(reservation -> reservation.settle(Used.CALLED));
    var tables = store.at(StoredQuotasTest.ACME, Deadline.in(Duration.ofMinutes(1)));
    var budget = QuotaTables.BUDGETS.at(StoredQuotasTest.DAY);
    while (tables.statics(budget).map(Sums::spent).orElse(0L) < 4) {
      LockSupport.parkNanos(1_000_000);
    }
    System.out.println("under way " + (reservations.size() - 4));
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
