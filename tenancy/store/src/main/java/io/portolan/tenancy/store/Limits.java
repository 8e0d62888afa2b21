package io.portolan.tenancy.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one operation may carry, the same for every engine. */
public final class Limits {
  /** Longest text or blob inside a key, in bytes. */
  public static final int KEY_VALUE_BYTES_MAX = 1024;

  /** Largest row, or set of static columns, in bytes. What is larger goes to {@link Blobs}. */
  public static final int ROW_BYTES_MAX = 512 << 10;

  /** Most rows a batch writes and deletes. */
  public static final int BATCH_ROWS_MAX = 100;

  /** Most conditions of a batch. */
  public static final int BATCH_CONDITIONS_MAX = 100;

  /** Largest batch, in bytes. */
  public static final int BATCH_BYTES_MAX = 2 << 20;

  /** Most rows of a page. */
  public static final int PAGE_ROWS_MAX = 1000;

  private Limits() {}

  static List<Object> requireKey(TableShape shape, List<@Nullable Object> values) {
    var key = new ArrayList<Object>(values.size());
    for (var value : values) {
      if (value == null || value.equals("") || sizeBytes(value) == 0) {
        throw new IllegalArgumentException("a key of " + shape.name() + " has an empty value");
      }
      if (sizeBytes(value) > KEY_VALUE_BYTES_MAX) {
        throw new IllegalArgumentException(
            "a key of %s has a value of %d bytes, more than %d"
                .formatted(shape.name(), sizeBytes(value), KEY_VALUE_BYTES_MAX));
      }
      key.add(value);
    }
    return key;
  }

  static List<@Nullable Object> requireRow(TableShape shape, List<@Nullable Object> values) {
    requireKey(shape, values.subList(0, shape.clustering().size()));
    return requireSize(shape, values);
  }

  static List<@Nullable Object> requireSize(TableShape shape, List<@Nullable Object> values) {
    var size = sizeBytes(values);
    if (size > ROW_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a row of %s has %d bytes, more than %d".formatted(shape.name(), size, ROW_BYTES_MAX));
    }
    return values;
  }

  static long sizeBytes(List<@Nullable Object> values) {
    return values.stream().mapToLong(Limits::sizeBytes).sum();
  }

  private static long sizeBytes(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case String text -> text.getBytes(StandardCharsets.UTF_8).length;
      case Bytes bytes -> bytes.length();
      default -> 16;
    };
  }
}
