package io.portolan.tenancy.quota;

import java.util.Locale;

/**
 * One limit. Immutable.
 *
 * @param scope what has the limit
 * @param name which of them; {@code *} gives each of them the limit
 * @param measure what is limited
 * @param amount how much, 1 to 1,000,000,000
 */
public record QuotaRule(Scope scope, String name, Measure measure, long amount) {
  /** For each of its scope. */
  public static final String EACH = "*";

  private static final long AMOUNT_MAX = 1_000_000_000;

  /** What a limit is on. */
  public enum Scope {
    TENANT,
    TEAM,
    /** The credential a caller shows. */
    KEY,
    AGENT,
    /** In each tenant for itself. */
    TOOL
  }

  /** What is limited. */
  public enum Measure {
    /** As many at once as in a second, then evenly. In each process for itself. */
    CALLS_PER_SECOND,
    /** Under way at a time. In each process for itself. */
    CALLS_AT_A_TIME,
    /** From midnight to midnight, UTC; all processes together. */
    CALLS_PER_DAY;

    /** As it is written in the configuration. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public QuotaRule {
    if (name.isEmpty() || name.length() > 255) {
      throw new IllegalArgumentException("name must have 1 to 255 characters");
    }
    if (amount < 1 || amount > AMOUNT_MAX) {
      throw new IllegalArgumentException("amount must be 1 to " + AMOUNT_MAX + ": " + amount);
    }
  }

  /** How a caller is told of the limit. */
  String label() {
    return measure.label() + " of the " + scope.name().toLowerCase(Locale.ROOT);
  }
}
