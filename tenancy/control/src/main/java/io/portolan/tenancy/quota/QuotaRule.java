package io.portolan.tenancy.quota;

import io.portolan.tenancy.Cost;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One limit. Immutable.
 *
 * @param scope what has the limit
 * @param name which of them; {@code *} gives each of them the limit
 * @param measure what is limited
 * @param amount how much, in the measure's unit: 1 to its most
 */
public record QuotaRule(Scope scope, String name, Measure measure, long amount) {
  /** For each of its scope. */
  public static final String EACH = "*";

  private static final long CALLS_MOST = 1_000_000_000;
  private static final long COST_MOST = 1_000_000_000_000_000L;

  /** What a limit is on. */
  public enum Scope {
    TENANT,
    TEAM,
    /** The credential a caller shows. */
    KEY,
    AGENT,
    /** In each tenant for itself. */
    TOOL;

    /** As it is written in the configuration. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** From when to when a budget is; UTC. */
  enum Period {
    DAY,
    MONTH
  }

  /** What a limit counts. */
  public enum Unit {
    CALLS(CALLS_MOST),
    TOKENS(COST_MOST),
    /** Millionths of the operator's unit of money. */
    MICRO_MONEY(COST_MOST);

    private final long most;

    Unit(long most) {
      this.most = most;
    }

    /** How much of it a call costs. */
    long of(Cost cost) {
      return switch (this) {
        case CALLS -> 1;
        case TOKENS -> cost.tokens();
        case MICRO_MONEY -> cost.microMoney();
      };
    }
  }

  /** What is limited. */
  public enum Measure {
    /** As many at once as in a second, then evenly. In each process for itself. */
    CALLS_PER_SECOND(Unit.CALLS, null),
    /** Under way at a time. In each process for itself. */
    CALLS_AT_A_TIME(Unit.CALLS, null),
    /** From midnight to midnight, UTC; all processes together, as all that follow. */
    CALLS_PER_DAY(Unit.CALLS, Period.DAY),
    TOKENS_PER_DAY(Unit.TOKENS, Period.DAY),
    /** From the first of a month to that of the next one, UTC. */
    TOKENS_PER_MONTH(Unit.TOKENS, Period.MONTH),
    MONEY_PER_DAY(Unit.MICRO_MONEY, Period.DAY),
    MONEY_PER_MONTH(Unit.MICRO_MONEY, Period.MONTH);

    private final Unit unit;
    private final @Nullable Period period;

    Measure(Unit unit, @Nullable Period period) {
      this.unit = unit;
      this.period = period;
    }

    /** What is counted. */
    public Unit unit() {
      return unit;
    }

    /** From when to when; null when it is no budget. */
    @Nullable Period period() {
      return period;
    }

    /** As it is written in the configuration. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public QuotaRule {
    if (name.isEmpty() || name.length() > 255) {
      throw new IllegalArgumentException("name must have 1 to 255 characters");
    }
    if (amount < 1 || amount > measure.unit().most) {
      throw new IllegalArgumentException(
          "amount must be 1 to " + measure.unit().most + ": " + amount);
    }
  }

  /** How a caller is told of the limit. */
  String label() {
    return measure.label() + " of the " + scope.label();
  }

  /** The amount as a caller is told of it: money in whole units. */
  public BigDecimal shown() {
    if (measure.unit() != Unit.MICRO_MONEY) {
      return BigDecimal.valueOf(amount);
    }
    var money = BigDecimal.valueOf(amount, 6).stripTrailingZeros();
    return money.scale() < 0 ? money.setScale(0) : money;
  }

  /** Whether it limits one of its scope. */
  boolean isFor(String value) {
    return name.equals(EACH) || name.equals(value);
  }

  /**
   * Whether both count the same of somebody, so that only the lower limit matters and they must not
   * be counted twice.
   */
  boolean countsAs(QuotaRule other) {
    return scope == other.scope && measure == other.measure;
  }
}
