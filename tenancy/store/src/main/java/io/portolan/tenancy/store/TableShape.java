package io.portolan.tenancy.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an engine has to know of a table to make it. The tenant comes before {@code partition} and
 * is not listed.
 *
 * @param name 1 to 40 characters of {@code a-z 0-9 _}, starting with a letter
 * @param partition the columns that, behind the tenant, make the partition key; may be none
 * @param clustering the columns that order the rows of a partition; none when it has one row only
 * @param columns the other columns of a row
 * @param statics the columns that a partition has once; only behind a clustering key
 * @param ttl how long a row lives after it was written, 1 second to 10 years; null for ever
 */
public record TableShape(
    String name,
    List<Column> partition,
    List<Column> clustering,
    List<Column> columns,
    List<Column> statics,
    Order order,
    @Nullable Duration ttl,
    Consistency consistency) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");
  private static final Duration TTL_MAX = Duration.ofDays(3650);

  public TableShape {
    partition = List.copyOf(partition);
    clustering = List.copyOf(clustering);
    columns = List.copyOf(columns);
    statics = List.copyOf(statics);
    if (!NAME.matcher(name).matches() || name.startsWith("sqlite_") || name.endsWith("_static")) {
      throw new IllegalArgumentException(
          "table name must be 1 to 40 characters of a-z, 0-9 and '_', without an engine's prefix or"
              + " suffix: "
              + name);
    }
    requireDistinct(name, partition, clustering, columns, statics);
    requireKeys(name, partition);
    requireKeys(name, clustering);
    if (clustering.isEmpty() && !statics.isEmpty()) {
      throw new IllegalArgumentException(name + " has static columns and no clustering key");
    }
    if (ttl != null && (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(TTL_MAX) > 0)) {
      throw new IllegalArgumentException("ttl of " + name + " must be in [PT1S, P3650D]: " + ttl);
    }
  }

  /** The clustering key and the other columns: a row's values in the order engines see them. */
  public List<Column> row() {
    return Stream.concat(clustering.stream(), columns.stream()).toList();
  }

  /** Whether rows are written by conditional batches, and by nothing else. */
  public boolean serial() {
    return consistency != Consistency.LOCAL_QUORUM;
  }

  @SafeVarargs
  private static void requireDistinct(String table, List<Column>... parts) {
    var seen = new HashSet<String>();
    var all = new ArrayList<Column>();
    for (var part : parts) {
      all.addAll(part);
    }
    for (var column : all) {
      if (!seen.add(column.name())) {
        throw new IllegalArgumentException(table + " has two columns " + column.name());
      }
    }
  }

  private static void requireKeys(String table, List<Column> keys) {
    for (var key : keys) {
      if (!key.type().canBeKey()) {
        throw new IllegalArgumentException(
            "%s: %s cannot be in a key, column %s".formatted(table, key.type(), key.name()));
      }
    }
  }
}
