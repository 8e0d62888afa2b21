package io.portolan.tenancy.usage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the ledger. Immutable.
 *
 * @param from the beginning of the first hour; cut to the hour
 * @param until the end of the last one; rounded up to the hour; at most {@link #DAYS_MAX} days
 *     later
 * @param groupBy what to tell apart, in this order, each once; none for one sum over all
 * @param after values of the last group of the page before; null for the first page
 * @param limit groups of a page, 1 to {@link #PAGE_MAX}
 */
public record UsageQuery(
    Instant from, Instant until, List<Dimension> groupBy, @Nullable List<String> after, int limit) {
  public static final int DAYS_MAX = 92;
  public static final int PAGE_MAX = 1_000;

  public UsageQuery {
    from = from.truncatedTo(ChronoUnit.HOURS);
    var hour = until.truncatedTo(ChronoUnit.HOURS);
    until = hour.equals(until) ? hour : hour.plus(Duration.ofHours(1));
    groupBy = List.copyOf(groupBy);
    after = after == null ? null : List.copyOf(after);
    if (!from.isBefore(until)) {
      throw new IllegalArgumentException(
          "from is " + from + " and to " + until + "; expected from before to");
    }
    if (Duration.between(from, until).toDays() > DAYS_MAX) {
      throw new IllegalArgumentException(
          "from " + from + " to " + until + " are more than " + DAYS_MAX + " days");
    }
    if (new LinkedHashSet<>(groupBy).size() != groupBy.size()) {
      throw new IllegalArgumentException("group-by names something twice");
    }
    if (after != null && after.size() != groupBy.size()) {
      throw new IllegalArgumentException("after is of another group-by");
    }
    if (limit < 1 || limit > PAGE_MAX) {
      throw new IllegalArgumentException("limit is " + limit + "; expected 1 to " + PAGE_MAX);
    }
  }
}
