package io.portolan.tenancy.quota;

import static io.portolan.tenancy.quota.StoredQuotasTest.ACME;
import static io.portolan.tenancy.quota.StoredQuotasTest.NOON;
import static io.portolan.tenancy.quota.StoredQuotasTest.PATIENT;
import static io.portolan.tenancy.quota.StoredQuotasTest.PLAIN;
import static io.portolan.tenancy.quota.StoredQuotasTest.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Cost;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Quotas.Asked;
import io.portolan.tenancy.Quotas.Outcome;
import io.portolan.tenancy.Quotas.Outcome.Exceeded;
import io.portolan.tenancy.Quotas.Outcome.Granted;
import io.portolan.tenancy.Quotas.Reservation;
import io.portolan.tenancy.Quotas.Used;
import io.portolan.tenancy.quota.QuotaRule.Measure;
import io.portolan.tenancy.quota.QuotaRule.Scope;
import io.portolan.tenancy.quota.QuotaTables.BudgetDay;
import io.portolan.tenancy.quota.QuotaTables.Sums;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Budgets of tokens and money: calls take as much as they may cost, and pay what they did. */
@SuppressWarnings("NullAway.Init")
class CostBudgetTest {
  @TempDir private Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private Store store;

  @BeforeEach
  void open() throws Exception {
    store = EmbeddedStore.open(directory, new Schema(QuotaTables.ALL), InstantSource.system());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private StoredQuotas quotas(QuotaRule... rules) {
    return new StoredQuotas(
        List.of(rules), store, PATIENT, new StoredQuotas.Clocks(now::get, now::get));
  }

  private static QuotaRule rule(Measure measure, long amount) {
    return new QuotaRule(Scope.TENANT, QuotaRule.EACH, measure, amount);
  }

  private static Asked tokens(long estimate) {
    return new Asked("llm__ask", new Cost(estimate, 0));
  }

  private static Used used(long tokens) {
    return new Used.Called(new Cost(tokens, 0));
  }

  private static Reservation granted(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Granted.class);
    return ((Granted) outcome).reservation();
  }

  private Sums sums(Measure measure, String period) throws InterruptedException {
    var budget = new BudgetDay(measure.name(), "TENANT", "acme", period);
    return store
        .at(ACME, Deadline.in(Duration.ofMinutes(1)))
        .statics(QuotaTables.BUDGETS.at(budget))
        .orElseThrow();
  }

  /** {@code faults.md} 14, of tokens. */
  @Test
  void ofTwoHundredParallelCallsAsManyAreAdmittedAsTheirEstimatesFit() throws Exception {
    try (var quotas = quotas(rule(Measure.TOKENS_PER_DAY, 5_000));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work =
          IntStream.range(0, 200)
              .<Callable<Outcome>>mapToObj(_ -> () -> quotas.reserve(caller(ACME), tokens(500)))
              .toList();
      var admitted = 0;
      for (var outcome : threads.invokeAll(work)) {
        admitted += outcome.get() instanceof Granted ? 1 : 0;
      }
      assertThat(admitted).isEqualTo(10);
      assertThat(quotas.reserve(caller(ACME), tokens(1)))
          .isEqualTo(new Exceeded("tokens-per-day of the tenant", 5_000, Duration.ofHours(12)));
    }
  }

  /** {@code faults.md} 14: the calls end while others begin. */
  @ParameterizedTest
  @ValueSource(longs = {1, 50, 500, 2_500})
  void whatIsSettledWhileOthersReserveIsSpentOnce(long share) throws Exception {
    var admitted = new AtomicInteger();
    try (var quotas = quotas(rule(Measure.TOKENS_PER_DAY, 10 * share));
        var threads = Executors.newFixedThreadPool(8)) {
      var work =
          IntStream.range(0, 200)
              .<Callable<Void>>mapToObj(
                  _ ->
                      () -> {
                        if (quotas.reserve(caller(ACME), tokens(share))
                            instanceof Granted(var reservation)) {
                          admitted.incrementAndGet();
                          reservation.settle(used(share));
                        }
                        return null;
                      })
              .toList();
      for (var ended : threads.invokeAll(work)) {
        ended.get();
      }
    }
    assertThat(admitted.get()).isEqualTo(10);
    assertThat(sums(Measure.TOKENS_PER_DAY, "2026-11-21").spent()).isEqualTo(10 * share);
  }

  @Test
  void whatWasReservedAndNotUsedIsThereForOthers() throws Exception {
    try (var quotas = quotas(rule(Measure.TOKENS_PER_DAY, 100))) {
      var first = granted(quotas.reserve(caller(ACME), tokens(90)));
      assertThat(quotas.reserve(caller(ACME), tokens(20))).isInstanceOf(Exceeded.class);
      first.settle(used(30));
      granted(quotas.reserve(caller(ACME), tokens(70))).settle(used(70));
      assertThat(quotas.reserve(caller(ACME), tokens(1))).isInstanceOf(Exceeded.class);
    }
    assertThat(sums(Measure.TOKENS_PER_DAY, "2026-11-21").spent()).isEqualTo(100);
  }

  @Test
  void aCallThatUsedMoreThanItsEstimateIsPaidForAndTheNextIsRefused() throws Exception {
    try (var quotas = quotas(rule(Measure.TOKENS_PER_DAY, 100))) {
      var other = granted(quotas.reserve(caller(ACME), tokens(20)));
      granted(quotas.reserve(caller(ACME), tokens(10))).settle(used(250));
      assertThat(quotas.reserve(caller(ACME), tokens(1))).isInstanceOf(Exceeded.class);
      other.settle(used(20));
    }
    var sums = sums(Measure.TOKENS_PER_DAY, "2026-11-21");
    assertThat(sums.spent()).isEqualTo(270);
    assertThat(sums.leased()).isZero();
  }

  @Test
  void aCallThatCostsNothingTakesNoShare() throws Exception {
    try (var quotas = quotas(rule(Measure.MONEY_PER_DAY, 1))) {
      for (int i = 0; i < 5; i++) {
        granted(quotas.reserve(caller(ACME), PLAIN)).settle(Used.CALLED);
      }
    }
  }

  @Test
  void moneyIsToldInTheOperatorsUnit() throws Exception {
    try (var quotas = quotas(rule(Measure.MONEY_PER_MONTH, 2_500_000))) {
      var two = new Asked(null, new Cost(0, 2_000_000));
      granted(quotas.reserve(caller(ACME), two));
      assertThat(quotas.reserve(caller(ACME), two))
          .isEqualTo(
              new Exceeded(
                  "money-per-month of the tenant",
                  new BigDecimal("2.5"),
                  Duration.ofHours(9 * 24 + 12)));
    }
    assertThat(rule(Measure.MONEY_PER_DAY, 30_000_000).shown()).isEqualTo(new BigDecimal("30"));
  }

  @Test
  void aMonthHasOneBudgetAndTheNextOneAnother() throws Exception {
    try (var quotas = quotas(rule(Measure.TOKENS_PER_MONTH, 10))) {
      granted(quotas.reserve(caller(ACME), tokens(6))).settle(used(6));
      now.set(NOON.plus(Duration.ofDays(9)));
      assertThat(quotas.reserve(caller(ACME), tokens(6))).isInstanceOf(Exceeded.class);
      now.set(NOON.plus(Duration.ofDays(10)));
      granted(quotas.reserve(caller(ACME), tokens(6))).settle(used(6));
    }
    assertThat(sums(Measure.TOKENS_PER_MONTH, "2026-11").spent()).isEqualTo(6);
    assertThat(sums(Measure.TOKENS_PER_MONTH, "2026-12").spent()).isEqualTo(6);
  }

  @Test
  void ofTwoRulesThatCountTheSameTheLowerOneLimitsAndNothingIsCountedTwice() throws Exception {
    var each = rule(Measure.CALLS_PER_DAY, 10);
    var acme = new QuotaRule(Scope.TENANT, "acme", Measure.CALLS_PER_DAY, 4);
    try (var quotas = quotas(each, acme)) {
      assertThat(StoredQuotasTest.admitted(List.of(quotas), 20)).hasSize(4);
    }
    assertThat(sums(Measure.CALLS_PER_DAY, "2026-11-21").spent()).isZero();
  }

  @Test
  void aChangedLimitGoesOnFromWhatIsSpent() throws Exception {
    try (var quotas = quotas(rule(Measure.CALLS_PER_DAY, 4))) {
      StoredQuotasTest.admitted(List.of(quotas), 20).forEach(call -> call.settle(Used.CALLED));
      quotas.replace(List.of());
      assertThat(StoredQuotasTest.admitted(List.of(quotas), 20)).hasSize(20);
    }
    try (var quotas = quotas(rule(Measure.CALLS_PER_DAY, 5))) {
      var fifth = StoredQuotasTest.admitted(List.of(quotas), 20);
      assertThat(fifth).hasSize(1);
      quotas.replace(List.of(rule(Measure.CALLS_PER_DAY, 7)));
      assertThat(StoredQuotasTest.admitted(List.of(quotas), 20))
          .as("four are spent and one is under way")
          .hasSize(2);
      fifth.forEach(call -> call.settle(Used.CALLED));
    }
    assertThat(sums(Measure.CALLS_PER_DAY, "2026-11-21").spent()).isEqualTo(5);
  }

  /** Whatever is reserved and used, no grant takes a budget past its limit, and all sums agree. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 2026})
  void reservationsNeverPassTheLimit(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var limit = 10_000L;
    var spent = 0L;
    var underWay = new ArrayList<Reservation>();
    var amounts = new ArrayList<Long>();
    var reserved = 0L;
    try (var one = quotas(rule(Measure.TOKENS_PER_DAY, limit));
        var two = quotas(rule(Measure.TOKENS_PER_DAY, limit))) {
      for (int i = 0; i < 400; i++) {
        var amount = random.nextLong(1, 400);
        var quotas = random.nextBoolean() ? one : two;
        if (quotas.reserve(caller(ACME), tokens(amount)) instanceof Granted(var reservation)) {
          underWay.add(reservation);
          amounts.add(amount);
          reserved += amount;
          assertThat(spent + reserved).as("seed " + seed).isLessThanOrEqualTo(limit);
        }
        if (underWay.size() > 8) {
          var index = random.nextInt(underWay.size());
          var ended = underWay.remove(index);
          var share = amounts.remove(index);
          reserved -= share;
          if (random.nextInt(4) == 0) {
            ended.settle(Used.NOTHING);
          } else {
            var real = random.nextLong(0, share + 1);
            ended.settle(used(real));
            spent += real;
          }
        }
      }
      underWay.forEach(each -> each.settle(Used.NOTHING));
    }
    var sums = sums(Measure.TOKENS_PER_DAY, "2026-11-21");
    assertThat(sums.spent()).as("seed " + seed).isEqualTo(spent).isPositive();
    assertThat(sums.leased()).as("seed " + seed).isZero();
  }

  @Test
  void amountsHaveBoundsOfTheirUnit() {
    assertThat(rule(Measure.TOKENS_PER_DAY, 1_000_000_000_000_000L).amount()).isPositive();
    assertThatThrownBy(() -> rule(Measure.TOKENS_PER_DAY, 1_000_000_000_000_001L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cost(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cost(0, 1_000_000_000_000_001L))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
