package io.portolan.tenancy.quota;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Quotas;
import io.portolan.tenancy.SteadyClock;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.quota.QuotaRule.Period;
import io.portolan.tenancy.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Quotas by rules. Rates and calls at a time are counted in this process; budgets of a day or month
 * are in the store, shared by all processes, and leased from it in parts, so that a call takes no
 * I/O while there is plenty. A budget is never overdrawn by a grant: what one process was granted,
 * no other is. A call that used more than was reserved for it is paid for in full. The lease of a
 * process that was killed returns after {@link QuotaSettings#leaseTime}.
 */
public final class StoredQuotas implements Quotas, AutoCloseable {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final int RULES_MAX = 100;

  private final Store store;
  private final QuotaSettings settings;
  private final InstantSource clock;
  private final Clocks clocks;
  private final Function<TenantId, List<QuotaRule>> ofTenants;
  private final Map<Counter, Rate> rates = new ConcurrentHashMap<>();
  private final Map<Counter, AtATime> underWay = new ConcurrentHashMap<>();
  private final Map<Periodic, Running> budgets = new ConcurrentHashMap<>();
  private volatile List<QuotaRule> rules;

  /**
   * @param period a day or a month, ISO 8601
   */
  private record Periodic(Counter counter, String period) {}

  /**
   * The time.
   *
   * @param wall says which day it is
   * @param steady says how long something has lasted; nobody sets it
   */
  public record Clocks(InstantSource wall, InstantSource steady) {
    /** These of a running gateway. */
    public static Clocks of(InstantSource wall) {
      return new Clocks(wall, SteadyClock.setBy(wall));
    }
  }

  private record Running(Budget budget, Thread thread) {}

  /**
   * Prepares the quotas; nothing is read before the first call that has a budget.
   *
   * @param rules at most 100; all that match a call must grant it, and of those that count the same
   *     the lowest does
   * @param store opened with {@link QuotaTables#ALL}; to be closed after the quotas
   */
  public StoredQuotas(List<QuotaRule> rules, Store store, QuotaSettings settings, Clocks clocks) {
    this(rules, _ -> List.of(), store, settings, clocks);
  }

  /**
   * The same.
   *
   * @param ofTenants rules of one tenant's callers beside those of all; asked with each call, so
   *     from memory
   */
  public StoredQuotas(
      List<QuotaRule> rules,
      Function<TenantId, List<QuotaRule>> ofTenants,
      Store store,
      QuotaSettings settings,
      Clocks clocks) {
    this.rules = checked(rules);
    this.ofTenants = ofTenants;
    this.store = store;
    this.settings = settings;
    this.clock = clocks.wall();
    this.clocks = clocks;
  }

  private static List<QuotaRule> checked(List<QuotaRule> rules) {
    if (rules.size() > RULES_MAX) {
      throw new IllegalArgumentException(rules.size() + " quotas, more than " + RULES_MAX);
    }
    return List.copyOf(rules);
  }

  /**
   * Other rules from now on. Calls under way are settled by those they were reserved by; what was
   * spent of a budget stays spent whatever its amount is now, and rates begin anew where it
   * changed.
   */
  public void replace(List<QuotaRule> other) {
    rules = checked(other);
  }

  @Override
  public Outcome reserve(Caller caller, Asked asked) throws InterruptedException {
    var now = rules(caller.tenant());
    if (now.isEmpty()) {
      return NONE.reserve(caller, asked);
    }
    var taken = new ArrayList<Share>();
    for (int i = 0; i < now.size(); i++) {
      var rule = now.get(i);
      for (var value : matches(rule, caller, asked.tool())) {
        if (isLowest(now, i, value)) {
          var counter = new Counter(caller.tenant(), rule, value);
          var refused = take(counter, rule.measure().unit().of(asked.estimate()), taken);
          if (refused != null) {
            taken.forEach(share -> share.settle(Used.NOTHING));
            return refused;
          }
        }
      }
    }
    return new Outcome.Granted(new Once(taken));
  }

  private List<QuotaRule> rules(TenantId tenant) {
    var ofAll = rules;
    var own = ofTenants.apply(tenant);
    if (own.isEmpty()) {
      return ofAll;
    }
    var both = new ArrayList<QuotaRule>(ofAll.size() + own.size());
    both.addAll(ofAll);
    both.addAll(own);
    return both;
  }

  /** Whether no other rule limits the same with less; of equal ones the first counts. */
  private static boolean isLowest(List<QuotaRule> rules, int index, String value) {
    var rule = rules.get(index);
    for (int i = 0; i < rules.size(); i++) {
      var other = rules.get(i);
      if (i != index && other.countsAs(rule) && other.isFor(value)) {
        if (other.amount() < rule.amount() || (other.amount() == rule.amount() && i < index)) {
          return false;
        }
      }
    }
    return true;
  }

  private interface Share {
    void settle(Used used);
  }

  /** Settles all shares, once. */
  private static final class Once implements Reservation {
    private final List<Share> shares;
    private final AtomicBoolean settled = new AtomicBoolean();

    Once(List<Share> shares) {
      this.shares = shares;
    }

    @Override
    public void settle(Used used) {
      if (settled.compareAndSet(false, true)) {
        shares.forEach(share -> share.settle(used));
      }
    }
  }

  /** Which of the rule's scope the call belongs to. */
  private static List<String> matches(QuotaRule rule, Caller caller, @Nullable String tool) {
    return switch (rule.scope()) {
      case TENANT -> named(rule, caller.tenant().value());
      case KEY -> named(rule, caller.credential());
      case AGENT -> named(rule, caller.agent());
      case TOOL -> named(rule, tool);
      case TEAM ->
          rule.name().equals(QuotaRule.EACH)
              ? List.copyOf(caller.teams())
              : caller.teams().contains(rule.name()) ? List.of(rule.name()) : List.of();
    };
  }

  private static List<String> named(QuotaRule rule, @Nullable String value) {
    return value != null && rule.isFor(value) ? List.of(value) : List.of();
  }

  private @Nullable Outcome take(Counter counter, long amount, List<Share> taken)
      throws InterruptedException {
    return switch (counter.rule().measure()) {
      case CALLS_PER_SECOND -> rate(counter);
      case CALLS_AT_A_TIME -> atATime(counter, taken);
      case CALLS_PER_DAY, TOKENS_PER_DAY, TOKENS_PER_MONTH, MONEY_PER_DAY, MONEY_PER_MONTH ->
          amount == 0 ? null : budget(counter, amount, taken);
    };
  }

  private @Nullable Outcome rate(Counter counter) {
    var now = System.nanoTime();
    var rate = rates.get(counter);
    if (rate == null) {
      if (rates.size() >= settings.countersMax()) {
        rates.values().removeIf(each -> each.isIdle(now));
        if (rates.size() >= settings.countersMax()) {
          return tooMany();
        }
      }
      rate = rates.computeIfAbsent(counter, each -> new Rate(each.rule().amount(), now));
    }
    var wait = rate.take(now);
    if (wait > 0) {
      return exceeded(counter, Duration.ofNanos(wait));
    }
    return null;
  }

  private @Nullable Outcome atATime(Counter counter, List<Share> taken) {
    // Entered under the map's own lock, so that nobody enters what is being forgotten.
    var entered = new boolean[1];
    if (underWay.size() >= settings.countersMax() && !underWay.containsKey(counter)) {
      return tooMany();
    }
    underWay.compute(
        counter,
        (each, found) -> {
          var all = found == null ? new AtATime(each.rule().amount()) : found;
          entered[0] = all.enter();
          return all;
        });
    if (!entered[0]) {
      return exceeded(counter, SOON);
    }
    taken.add(
        _ ->
            underWay.computeIfPresent(
                counter,
                (_, all) -> {
                  all.leave();
                  return all.isIdle() ? null : all;
                }));
    return null;
  }

  private @Nullable Outcome budget(Counter counter, long amount, List<Share> taken)
      throws InterruptedException {
    var unit = counter.rule().measure().unit();
    while (true) {
      var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
      var key = new Periodic(counter, period(counter.rule(), today));
      var running = budgets.get(key);
      if (running == null) {
        if (budgets.size() >= settings.countersMax()) {
          return tooMany();
        }
        running = budgets.computeIfAbsent(key, this::begin);
      }
      var budget = running.budget();
      switch (budget.take(amount)) {
        case GIVEN -> {
          taken.add(
              used ->
                  budget.settle(
                      amount,
                      switch (used) {
                        case Used.Called(var cost) -> unit.of(cost);
                        case Used.Nothing() -> 0;
                      }));
          return null;
        }
        case USED_UP -> {
          return exceeded(counter, untilTheNext(counter.rule(), today));
        }
        case UNAVAILABLE -> {
          return new Outcome.Unavailable(counter.rule().label(), SOON);
        }
        case ENDED -> budgets.remove(key, running);
      }
    }
  }

  private static String period(QuotaRule rule, LocalDate today) {
    return rule.measure().period() == Period.MONTH
        ? YearMonth.from(today).toString()
        : today.toString();
  }

  private Duration untilTheNext(QuotaRule rule, LocalDate today) {
    var next =
        rule.measure().period() == Period.MONTH
            ? YearMonth.from(today).plusMonths(1).atDay(1)
            : today.plusDays(1);
    return Duration.between(clock.instant(), next.atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  private Running begin(Periodic key) {
    // A holder of its own: after a change of rules two budgets may share what is in the store.
    var context = new BudgetStore.Context(UUID.randomUUID(), settings, clocks);
    var stored = new BudgetStore(store, key.counter(), key.period(), context);
    var budget = new Budget(stored, settings, key.counter().rule().label());
    var thread =
        Thread.ofVirtual()
            .name("budget")
            .start(
                () -> {
                  budget.run();
                  budgets.computeIfPresent(
                      key, (_, running) -> running.budget() == budget ? null : running);
                });
    return new Running(budget, thread);
  }

  private static Outcome exceeded(Counter counter, Duration retryAfter) {
    return new Outcome.Exceeded(counter.rule().label(), counter.rule().shown(), retryAfter);
  }

  private Outcome tooMany() {
    return new Outcome.Exceeded("counters", settings.countersMax(), SOON);
  }

  /** Writes what was settled and gives back what is leased; blocks for some seconds at most. */
  @Override
  public void close() {
    budgets.values().forEach(running -> running.budget().close());
    var until = System.nanoTime() + CLOSE_MAX.toNanos();
    try {
      for (var running : budgets.values()) {
        var left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
        if (!running.thread().join(left)) {
          running.thread().interrupt();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
