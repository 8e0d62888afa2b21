package io.portolan.tenancy.usage;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Limits;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.usage.UsageTables.Counted;
import io.portolan.tenancy.usage.UsageTables.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one tenant used in some hours. */
public sealed interface UsageReport {
  /** Most groups of a report, over all its pages. */
  int GROUPS_MAX = 10_000;

  /**
   * A page of it.
   *
   * @param groups in the order of their values
   * @param next the values to go on after; null when nothing follows
   */
  record Page(List<Group> groups, @Nullable List<String> next) implements UsageReport {
    public Page {
      groups = List.copyOf(groups);
    }
  }

  /** There are more than {@link #GROUPS_MAX} groups: ask for fewer hours or dimensions. */
  record TooMany() implements UsageReport {}

  /**
   * One group.
   *
   * @param values one for each dimension that was asked for; empty where there is none
   */
  record Group(List<String> values, Totals totals) {}

  /**
   * Reads a report; takes longer the more hours there are. Blocks on the store, and throws what it
   * throws.
   */
  static UsageReport read(Store store, TenantId tenant, UsageQuery query, Deadline deadline)
      throws InterruptedException {
    var sums = new TreeMap<List<String>, Totals>(UsageReport::compare);
    var tables = store.at(tenant, deadline);
    for (var hour = query.from(); hour.isBefore(query.until()); hour = next(hour)) {
      var partition = UsageTables.USAGE.at(UsageWriter.day(hour));
      String token = null;
      do {
        var slice = Slice.<SeriesKey>all(Limits.PAGE_ROWS_MAX).startingWith(hour).after(token);
        var page = tables.slice(partition, slice);
        for (var row : page.rows()) {
          add(sums, query.groupBy(), row);
          if (sums.size() > GROUPS_MAX) {
            return new TooMany();
          }
        }
        token = page.next();
      } while (token != null);
    }
    return page(sums, query);
  }

  private static Instant next(Instant hour) {
    return hour.plus(Duration.ofHours(1));
  }

  private static void add(Map<List<String>, Totals> sums, List<Dimension> groupBy, Counted row) {
    var groups = List.of(List.<String>of());
    for (var dimension : groupBy) {
      var longer = new ArrayList<List<String>>();
      for (var group : groups) {
        for (var value : dimension.of(row)) {
          var values = new ArrayList<>(group);
          values.add(value);
          longer.add(values);
        }
      }
      groups = longer;
    }
    for (var group : groups) {
      sums.merge(group, row.totals(), Totals::plus);
    }
  }

  private static Page page(NavigableMap<List<String>, Totals> sums, UsageQuery query) {
    var after = query.after();
    var rest = after == null ? sums : sums.tailMap(after, false);
    var groups = new ArrayList<Group>();
    for (Iterator<Map.Entry<List<String>, Totals>> each = rest.entrySet().iterator();
        each.hasNext() && groups.size() < query.limit(); ) {
      var entry = each.next();
      groups.add(new Group(entry.getKey(), entry.getValue()));
    }
    return new Page(groups, groups.size() < rest.size() ? groups.getLast().values() : null);
  }

  private static int compare(List<String> one, List<String> other) {
    for (int i = 0; i < one.size(); i++) {
      var order = one.get(i).compareTo(other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
