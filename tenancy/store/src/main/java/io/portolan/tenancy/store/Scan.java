package io.portolan.tenancy.store;

import io.portolan.tenancy.TenantId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A slice made plain for an engine: equal leading columns, then a range over the rest of the key.
 * Immutable.
 *
 * @param prefix stored values of the leading clustering columns
 * @param lower null for none
 * @param upper null for none
 * @param order of the values, not of the table
 * @param limit most rows of the page; an engine reads one more to know whether more follow
 */
public record Scan(
    List<Object> prefix, @Nullable End lower, @Nullable End upper, Order order, int limit) {

  /**
   * One end of the range.
   *
   * @param rest stored values of the clustering columns behind the prefix
   */
  public record End(List<Object> rest, Slice.Edge edge) {
    public End {
      rest = List.copyOf(rest);
    }
  }

  public Scan {
    prefix = List.copyOf(prefix);
  }

  /** Plain form of {@code slice}, with its token's position taken into account. */
  static <C extends Record> Scan of(
      Table<?, C, ?> table, Slice<C> slice, @Nullable List<Object> position) {
    var prefix = prefix(table.shape(), slice.prefix());
    var lower = end(table, prefix, slice.lower());
    var upper = end(table, prefix, slice.upper());
    var order = order(table.shape(), slice.direction());
    if (position != null) {
      var past = new End(position.subList(prefix.size(), position.size()), Slice.Edge.EXCLUDED);
      if (order == Order.ASCENDING) {
        lower = past;
      } else {
        upper = past;
      }
    }
    return new Scan(prefix, lower, upper, order, slice.limit());
  }

  private static List<Object> prefix(TableShape shape, List<Object> values) {
    if (values.size() > shape.clustering().size()) {
      throw new IllegalArgumentException(
          "%d values for the key of %s, which has %d columns"
              .formatted(values.size(), shape.name(), shape.clustering().size()));
    }
    var stored = new ArrayList<Object>();
    for (int i = 0; i < values.size(); i++) {
      var column = shape.clustering().get(i);
      stored.add(Objects.requireNonNull(column.type().toStored(values.get(i), column.name())));
    }
    return stored;
  }

  private static <C extends Record> @Nullable End end(
      Table<?, C, ?> table, List<Object> prefix, Slice.@Nullable Bound<C> bound) {
    if (bound == null) {
      return null;
    }
    var key = keyOf(table, bound.key());
    if (!key.subList(0, prefix.size()).equals(prefix)) {
      throw new IllegalArgumentException("a bound of " + table + " does not start with the prefix");
    }
    if (key.size() == prefix.size()) {
      throw new IllegalArgumentException("a bound of " + table + " has nothing behind the prefix");
    }
    return new End(key.subList(prefix.size(), key.size()), bound.edge());
  }

  static <C extends Record> List<Object> keyOf(Table<?, C, ?> table, C key) {
    return table.keyValues(key).stream().<Object>map(Objects::requireNonNull).toList();
  }

  private static Order order(TableShape shape, Slice.Direction direction) {
    var forward = direction == Slice.Direction.FORWARD;
    return forward == (shape.order() == Order.ASCENDING) ? Order.ASCENDING : Order.DESCENDING;
  }

  /** What tells this scan's tokens from another's. */
  static String identity(TenantId tenant, Partition<?, ?> partition, Slice<?> slice) {
    return String.join(
        "\n",
        tenant.value(),
        partition.table().shape().name(),
        identity(partition.values()),
        identity(slice.prefix()),
        String.valueOf(slice.lower()),
        String.valueOf(slice.upper()),
        slice.direction().name());
  }

  /** Content, where {@link Bytes} would show its length only. */
  private static String identity(List<Object> values) {
    var text = new StringBuilder();
    for (var value : values) {
      var shown =
          value instanceof Bytes bytes
              ? HexFormat.of().formatHex(bytes.toArray())
              : value.toString();
      text.append(shown.length()).append(':').append(shown);
    }
    return text.toString();
  }
}
