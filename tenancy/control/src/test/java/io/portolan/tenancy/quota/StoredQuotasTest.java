package io.portolan.tenancy.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Cost;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.Quotas.Asked;
import io.portolan.tenancy.Quotas.Outcome;
import io.portolan.tenancy.Quotas.Outcome.Exceeded;
import io.portolan.tenancy.Quotas.Outcome.Granted;
import io.portolan.tenancy.Quotas.Outcome.Unavailable;
import io.portolan.tenancy.Quotas.Reservation;
import io.portolan.tenancy.Quotas.Used;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.quota.QuotaRule.Measure;
import io.portolan.tenancy.quota.QuotaRule.Scope;
import io.portolan.tenancy.quota.QuotaTables.BudgetDay;
import io.portolan.tenancy.quota.QuotaTables.Sums;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.store.testkit.Fault;
import io.portolan.tenancy.store.testkit.FaultPlan;
import io.portolan.tenancy.store.testkit.FaultyStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class StoredQuotasTest {
  static final TenantId ACME = new TenantId("acme");
  private static final TenantId OTHER = new TenantId("other");
  static final BudgetDay DAY = new BudgetDay("CALLS_PER_DAY", "TENANT", "acme", "2026-11-21");
  static final Asked PLAIN = new Asked(null, Cost.FREE);
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  static final QuotaSettings PATIENT =
      new QuotaSettings(
          1_000,
          Duration.ofMinutes(15),
          Duration.ofMillis(10),
          Duration.ofSeconds(30),
          Duration.ZERO,
          Duration.ofMinutes(1),
          1_000);

  @TempDir private Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final AtomicReference<Instant> lasted = new AtomicReference<>(NOON);
  private final StoredQuotas.Clocks clocks = new StoredQuotas.Clocks(now::get, lasted::get);
  private Store store;

  @BeforeEach
  void open() throws Exception {
    store = EmbeddedStore.open(directory, new Schema(QuotaTables.ALL), InstantSource.system());
  }

  @AfterEach
  void close() {
    store.close();
  }

  static Caller caller(TenantId tenant, String... teams) {
    return new Caller(
        new Principal(tenant, "alice"), "key:k1", "agent-1", Set.of(), Set.of(teams), Set.of());
  }

  static QuotaRule perDay(long amount) {
    return new QuotaRule(Scope.TENANT, QuotaRule.EACH, Measure.CALLS_PER_DAY, amount);
  }

  private StoredQuotas quotas(QuotaRule... rules) {
    return quotas(store, PATIENT, rules);
  }

  private StoredQuotas quotas(Store on, QuotaSettings settings, QuotaRule... rules) {
    return new StoredQuotas(List.of(rules), on, settings, clocks);
  }

  /** {@code faults.md} 14. */
  @Test
  void ofTwoHundredParallelCallsOnABudgetForTenExactlyTenAreAdmitted() throws Exception {
    try (var quotas = quotas(perDay(10))) {
      assertThat(admitted(List.of(quotas), 200)).hasSize(10);
      assertThat(quotas.reserve(caller(ACME), PLAIN))
          .isEqualTo(new Exceeded("calls-per-day of the tenant", 10, Duration.ofHours(12)));
    }
  }

  @Test
  void whatATenantHasOfItsOwnHoldsBesideWhatAllHave() throws Exception {
    var own = new AtomicReference<>(List.of(perDay(3)));
    try (var quotas =
        new StoredQuotas(
            List.of(perDay(10)),
            tenant -> tenant.equals(ACME) ? own.get() : List.of(),
            store,
            PATIENT,
            clocks)) {
      assertThat(admitted(List.of(quotas), 20)).as("the lower one holds").hasSize(3);
      own.set(List.of());
      assertThat(admitted(List.of(quotas), 20)).as("what was spent stays spent").hasSize(7);
      own.set(List.of(new QuotaRule(Scope.AGENT, "*", Measure.CALLS_PER_DAY, 2)));
      assertThat(admitted(List.of(quotas), 20)).as("all must grant it").isEmpty();
    }
  }

  @Test
  void twoProcessesOnOneStoreAdmitTenTogether() throws Exception {
    try (var one = quotas(perDay(10));
        var two = quotas(perDay(10))) {
      assertThat(admitted(List.of(one, two), 200)).hasSize(10);
    }
  }

  @Test
  void whatIsSettledStaysSpentInTheNextProcess() throws Exception {
    try (var quotas = quotas(perDay(10))) {
      for (var reservation : admitted(List.of(quotas), 7)) {
        reservation.settle(Used.CALLED);
        reservation.settle(Used.CALLED);
      }
    }
    assertThat(sums()).isEqualTo(new Sums(7, 0, sums().version()));
    try (var quotas = quotas(perDay(10))) {
      assertThat(admitted(List.of(quotas), 20)).hasSize(3);
    }
  }

  @Test
  void whatWasNotUsedIsAdmittedAgain() throws Exception {
    try (var quotas = quotas(perDay(10))) {
      admitted(List.of(quotas), 20).forEach(reservation -> reservation.settle(Used.NOTHING));
      assertThat(admitted(List.of(quotas), 20)).hasSize(10);
    }
  }

  @Test
  void theReservationsOfAProcessThatIsGoneReturnAfterAWhile() throws Exception {
    var gone = quotas(perDay(10));
    var reservations = admitted(List.of(gone), 10);
    reservations.subList(0, 4).forEach(reservation -> reservation.settle(Used.CALLED));
    awaitSpent(4);
    try (var next = quotas(perDay(10))) {
      assertThat(admitted(List.of(next), 20))
          .as("six are under way, for all anybody knows")
          .isEmpty();
      lasted.set(NOON.plus(Duration.ofMinutes(16)));
      assertThat(admitted(List.of(next), 20)).hasSize(6);
    }
    lasted.set(NOON);
    gone.close();
  }

  /** {@code faults.md} 7: who is alive keeps what it leased, whatever the clocks are set to. */
  @ParameterizedTest
  @ValueSource(strings = {"PT1H", "PT-1H"})
  void aClockThatJumpsTakesNobodysLeaseAndAdmitsNothingTwice(String jump) throws Exception {
    try (var one = quotas(perDay(10));
        var two = quotas(perDay(10))) {
      assertThat(admitted(List.of(one), 10)).hasSize(10);
      assertThat(admitted(List.of(two), 20)).isEmpty();
      now.set(NOON.plus(Duration.parse(jump)));
      assertThat(admitted(List.of(two), 20)).as("ten are under way at the other").isEmpty();
      assertThat(admitted(List.of(one), 20)).isEmpty();
      now.set(NOON);
      assertThat(admitted(List.of(one, two), 20)).isEmpty();
    }
  }

  @Test
  void aLargeBudgetIsLeasedInPartsAndUsedUpToTheLast() throws Exception {
    var limit = 3_000;
    try (var one = quotas(perDay(limit));
        var two = quotas(perDay(limit))) {
      var admitted = 0;
      for (int refused = 0; refused < 50; ) {
        var quotas = admitted % 2 == 0 ? one : two;
        if (quotas.reserve(caller(ACME), PLAIN) instanceof Granted(var reservation)) {
          reservation.settle(Used.CALLED);
          admitted++;
        } else {
          refused++;
          for (var each : List.of(one, two)) {
            if (each.reserve(caller(ACME), PLAIN) instanceof Granted(var reservation)) {
              reservation.settle(Used.CALLED);
              admitted++;
            }
          }
        }
      }
      assertThat(admitted).isLessThanOrEqualTo(limit).isGreaterThan(limit - 60);
    }
    assertThat(sums().spent()).isLessThanOrEqualTo(limit);
    assertThat(sums().leased()).isZero();
  }

  @Test
  void aNewDayHasANewBudget() throws Exception {
    try (var quotas = quotas(perDay(2))) {
      assertThat(admitted(List.of(quotas), 5)).hasSize(2);
      now.set(NOON.plus(Duration.ofDays(1)));
      assertThat(admitted(List.of(quotas), 5)).hasSize(2);
    }
  }

  @Test
  void oneTenantsCallsAreNotAnothers() throws Exception {
    try (var quotas = quotas(perDay(3))) {
      assertThat(admitted(List.of(quotas), 30)).hasSize(3);
      for (int i = 0; i < 3; i++) {
        assertThat(quotas.reserve(caller(OTHER), PLAIN)).isInstanceOf(Granted.class);
      }
    }
  }

  @Test
  void callsAtATimeAreThoseUnderWay() throws Exception {
    var rule = new QuotaRule(Scope.KEY, "key:k1", Measure.CALLS_AT_A_TIME, 2);
    try (var quotas = quotas(rule)) {
      var first = granted(quotas.reserve(caller(ACME), PLAIN));
      granted(quotas.reserve(caller(ACME), PLAIN));
      assertThat(quotas.reserve(caller(ACME), PLAIN))
          .isEqualTo(new Exceeded("calls-at-a-time of the key", 2, Duration.ofSeconds(1)));
      first.settle(Used.CALLED);
      first.settle(Used.CALLED);
      granted(quotas.reserve(caller(ACME), PLAIN));
      assertThat(quotas.reserve(caller(ACME), PLAIN)).isInstanceOf(Exceeded.class);
    }
  }

  @Test
  void aRefusalGivesBackWhatOtherRulesHadGranted() throws Exception {
    var perAgent = new QuotaRule(Scope.AGENT, QuotaRule.EACH, Measure.CALLS_AT_A_TIME, 1);
    var perTool = new QuotaRule(Scope.TOOL, "files__read", Measure.CALLS_AT_A_TIME, 1);
    try (var quotas = quotas(perTool, perAgent)) {
      var running = granted(quotas.reserve(caller(ACME), new Asked("files__write", Cost.FREE)));
      assertThat(quotas.reserve(caller(ACME), new Asked("files__read", Cost.FREE)))
          .isInstanceOf(Exceeded.class);
      running.settle(Used.CALLED);
      granted(quotas.reserve(caller(ACME), new Asked("files__read", Cost.FREE)));
    }
  }

  @Test
  void rulesAreForTheTeamsToolsAndNamesTheyName() throws Exception {
    var ops = new QuotaRule(Scope.TEAM, "ops", Measure.CALLS_AT_A_TIME, 1);
    try (var quotas = quotas(ops)) {
      granted(quotas.reserve(caller(ACME, "dev", "ops"), PLAIN));
      assertThat(quotas.reserve(caller(ACME, "ops"), PLAIN)).isInstanceOf(Exceeded.class);
      granted(quotas.reserve(caller(ACME, "dev"), PLAIN));
      granted(quotas.reserve(caller(OTHER, "ops"), PLAIN));
    }
  }

  @Test
  void aRateRefusesWithTheTimeToWait() throws Exception {
    var rule = new QuotaRule(Scope.TENANT, QuotaRule.EACH, Measure.CALLS_PER_SECOND, 1);
    try (var quotas = quotas(rule)) {
      granted(quotas.reserve(caller(ACME), PLAIN));
      // On a slow machine a second may pass in between, once or more.
      var refused = quotas.reserve(caller(ACME), PLAIN);
      while (refused instanceof Granted) {
        refused = quotas.reserve(caller(ACME), PLAIN);
      }
      assertThat(refused)
          .isInstanceOfSatisfying(
              Exceeded.class,
              exceeded -> {
                assertThat(exceeded.limit()).isEqualTo("calls-per-second of the tenant");
                assertThat(exceeded.retryAfter()).isPositive().isLessThan(Duration.ofSeconds(2));
              });
    }
  }

  @Test
  void countersHaveABound() throws Exception {
    var few =
        new QuotaSettings(
            1_000,
            Duration.ofMinutes(15),
            Duration.ofMillis(10),
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofMinutes(1),
            2);
    var rule = new QuotaRule(Scope.TENANT, QuotaRule.EACH, Measure.CALLS_AT_A_TIME, 5);
    try (var quotas = quotas(store, few, rule)) {
      var first = granted(quotas.reserve(caller(ACME), PLAIN));
      granted(quotas.reserve(caller(OTHER), PLAIN));
      assertThat(quotas.reserve(caller(new TenantId("third")), PLAIN))
          .isEqualTo(new Exceeded("counters", 2, Duration.ofSeconds(1)));
      first.settle(Used.CALLED);
      granted(quotas.reserve(caller(new TenantId("third")), PLAIN));
    }
  }

  @Test
  void aBudgetThatCannotBeReadAdmitsNobody() throws Exception {
    var impatient =
        new QuotaSettings(
            1_000,
            Duration.ofMinutes(15),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ZERO,
            Duration.ofMinutes(1),
            1_000);
    var dead = new FaultyStore(store, new FaultPlan(1, EnumSet.of(Fault.UNAVAILABLE), 1.0));
    try (var quotas = quotas(dead, impatient, perDay(10))) {
      assertThat(quotas.reserve(caller(ACME), PLAIN)).isInstanceOf(Unavailable.class);
    }
  }

  /** Whatever the store does to its callers, no more than the budget is admitted, and all of it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 2026})
  void aStoreThatFailsAdmitsNoMore(long seed) throws Exception {
    var faults = EnumSet.of(Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE, Fault.SLOW, Fault.DUPLICATE);
    var faulty = new FaultyStore(store, new FaultPlan(seed, faults, 0.3));
    var admitted = 0;
    try (var one = quotas(faulty, PATIENT, perDay(20));
        var two = quotas(faulty, PATIENT, perDay(20))) {
      for (int round = 0; round < 20; round++) {
        for (var reservation : admitted(List.of(one, two), 10)) {
          reservation.settle(Used.CALLED);
          admitted++;
        }
      }
    }
    assertThat(admitted).as("seed " + seed).isPositive().isLessThanOrEqualTo(20);
    assertThat(sums().spent()).as("seed " + seed).isLessThanOrEqualTo(20);
  }

  @Test
  void aRuleHasBounds() {
    assertThatThrownBy(() -> perDay(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> perDay(1_000_000_001)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> quotas(Collections.nCopies(101, perDay(1)).toArray(QuotaRule[]::new)))
        .hasMessageContaining("101 quotas, more than 100");
  }

  static List<Reservation> admitted(List<StoredQuotas> processes, int calls) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work =
          IntStream.range(0, calls)
              .<Callable<Outcome>>mapToObj(
                  i -> () -> processes.get(i % processes.size()).reserve(caller(ACME), PLAIN))
              .toList();
      var admitted = new ArrayList<Reservation>();
      for (var outcome : threads.invokeAll(work)) {
        if (outcome.get() instanceof Granted(var reservation)) {
          admitted.add(reservation);
        }
      }
      return admitted;
    }
  }

  private static Reservation granted(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Granted.class);
    return ((Granted) outcome).reservation();
  }

  private TenantStore tables() {
    return store.at(ACME, Deadline.in(Duration.ofMinutes(1)));
  }

  private Sums sums() throws InterruptedException {
    return tables().statics(QuotaTables.BUDGETS.at(DAY)).orElseThrow();
  }

  /** Settling is written behind. */
  private void awaitSpent(long spent) throws InterruptedException {
    var until = Deadline.in(Duration.ofMinutes(1));
    while (sums().spent() < spent) {
      assertThat(until.passed()).as("settled calls are written").isFalse();
      LockSupport.parkNanos(1_000_000);
    }
  }
}
