package io.portolan.tenancy.usage;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Cost;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.UsageLedger.Bytes;
import io.portolan.tenancy.UsageLedger.Call;
import io.portolan.tenancy.UsageLedger.Ending;
import io.portolan.tenancy.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What the tests of the ledger have in common. */
final class Ledgers {
  static final TenantId ACME = new TenantId("acme");
  static final TenantId OTHER = new TenantId("other");
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  static final UsageSettings SELDOM =
      new UsageSettings(Duration.ofHours(1), Duration.ofMinutes(1), 100, 1_000);

  private Ledgers() {}

  static Deadline soon() {
    return Deadline.in(Duration.ofMinutes(2));
  }

  static Caller caller(TenantId tenant, String... teams) {
    return new Caller(
        new Principal(tenant, "alice"), "key:k1", "agent-1", Set.of(), Set.of(teams), Set.of());
  }

  static Call call(String tool, Ending ending) {
    return new Call("files", tool, ending, 2_000_000, new Bytes(100, 1_000), new Cost(7, 30));
  }

  static Call call(String tool) {
    return call(tool, Ending.OK);
  }

  static UsageQuery query(Dimension... groupBy) {
    return new UsageQuery(
        NOON.minus(Duration.ofHours(2)),
        NOON.plus(Duration.ofHours(30)),
        List.of(groupBy),
        null,
        UsageQuery.PAGE_MAX);
  }

  static UsageReport.Page report(Store store, TenantId tenant, UsageQuery query)
      throws InterruptedException {
    return switch (UsageReport.read(store, tenant, query, soon())) {
      case UsageReport.Page page -> page;
      case UsageReport.TooMany() -> throw new AssertionError("too many groups");
    };
  }

  static List<UsageReport.Group> groups(Store store, TenantId tenant, Dimension... groupBy)
      throws InterruptedException {
    return report(store, tenant, query(groupBy)).groups();
  }

  /** How many calls there are in all. */
  static long calls(Store store, TenantId tenant) throws InterruptedException {
    return groups(store, tenant).stream().mapToLong(group -> group.totals().calls()).sum();
  }
}
