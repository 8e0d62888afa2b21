package io.portolan.tenancy.usage;

import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.QuorumTable;
import io.portolan.tenancy.store.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/*
 * A row holds what one process has counted in all for one series of one hour, and nobody else writes
 * it. So writing it again changes nothing, whatever became of the write before, and the processes
 * add up when they are read.
 */

/** The tables of the usage ledger. A store that keeps them is opened with {@link #ALL}. */
public final class UsageTables {
  /** Thirteen months and some days: a year can be compared with the one before. */
  static final Duration KEPT = Duration.ofDays(400);

  /** A day, UTC, ISO 8601. */
  record Day(String day) {}

  /**
   * @param hour its beginning
   * @param holder the process that counts
   * @param series unique within the process
   */
  record SeriesKey(Instant hour, UUID holder, long series) {}

  /** One series: the labels, and what has been counted in all. */
  record Counted(
      SeriesKey key,
      @Nullable String teams,
      String credential,
      @Nullable String agent,
      @Nullable String server,
      @Nullable String tool,
      long ok,
      long toolErrors,
      long refused,
      long failed,
      long bytesIn,
      long bytesOut,
      long latencyMicros,
      long tokens,
      long microMoney) {

    Totals totals() {
      return new Totals(
          ok, toolErrors, refused, failed, bytesIn, bytesOut, latencyMicros, tokens, microMoney);
    }
  }

  static final QuorumTable<Day, SeriesKey, Counted> USAGE =
      Declaration.of("usage_hour", Day.class, SeriesKey.class, Counted.class)
          .expiringAfter(KEPT)
          .quorum();

  /** All of them. */
  public static final List<Table<?, ?, ?>> ALL = List.of(USAGE);

  private UsageTables() {}
}
