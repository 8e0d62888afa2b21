package io.portolan.tenancy.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a partition to read. Immutable; begins with {@link #all}.
 *
 * <p>Bounds are in the order of values, not of reading: {@code atLeast(3).below(9)} is 3 to 8 in a
 * descending table too.
 *
 * @param prefix values that the leading columns of the key must have
 * @param lower null for none; starts with the prefix
 * @param upper null for none; starts with the prefix
 * @param limit most rows of a page, 1 to {@link Limits#PAGE_ROWS_MAX}
 * @param token from the page before; null for the first page
 */
public record Slice<C extends Record>(
    List<Object> prefix,
    @Nullable Bound<C> lower,
    @Nullable Bound<C> upper,
    int limit,
    Direction direction,
    @Nullable String token) {

  /**
   * One end of a range.
   *
   * @param key a whole key
   */
  public record Bound<C extends Record>(C key, Edge edge) {}

  /** Whether a bound's own row belongs to the range. */
  public enum Edge {
    INCLUDED,
    EXCLUDED
  }

  /** The way to read. */
  public enum Direction {
    /** As the table is clustered. */
    FORWARD,
    /** Against it. */
    BACKWARD
  }

  public Slice {
    prefix = List.copyOf(prefix);
    if (limit < 1 || limit > Limits.PAGE_ROWS_MAX) {
      throw new IllegalArgumentException(
          "limit must be 1 to " + Limits.PAGE_ROWS_MAX + ": " + limit);
    }
  }

  /** The whole partition, forward, in pages of at most {@code limit} rows. */
  public static <C extends Record> Slice<C> all(int limit) {
    return new Slice<>(List.of(), null, null, limit, Direction.FORWARD, null);
  }

  /** Only keys whose leading columns have these values. */
  public Slice<C> startingWith(Object... values) {
    return new Slice<>(List.of(values), lower, upper, limit, direction, token);
  }

  /** Only keys from {@code key} on. */
  public Slice<C> atLeast(C key) {
    return new Slice<>(prefix, new Bound<>(key, Edge.INCLUDED), upper, limit, direction, token);
  }

  /** Only keys past {@code key}. */
  public Slice<C> above(C key) {
    return new Slice<>(prefix, new Bound<>(key, Edge.EXCLUDED), upper, limit, direction, token);
  }

  /** Only keys before {@code key}. */
  public Slice<C> below(C key) {
    return new Slice<>(prefix, lower, new Bound<>(key, Edge.EXCLUDED), limit, direction, token);
  }

  /** Only keys up to {@code key}, and it. */
  public Slice<C> atMost(C key) {
    return new Slice<>(prefix, lower, new Bound<>(key, Edge.INCLUDED), limit, direction, token);
  }

  /** The same rows, the last first. */
  public Slice<C> backward() {
    return new Slice<>(prefix, lower, upper, limit, Direction.BACKWARD, token);
  }

  /** What follows the page that this token came with; null for the first page. */
  public Slice<C> after(@Nullable String next) {
    return new Slice<>(prefix, lower, upper, limit, direction, next);
  }
}
