package io.portolan.tenancy.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must hold for a batch to be written. Values are as they are stored. */
public sealed interface Condition {
  /** No static column of the partition is set. */
  record StaticsAbsent() implements Condition {}

  /** A static column has this value; null when it is not set. */
  record StaticIs(Column column, @Nullable Object value) implements Condition {}

  /** A condition on one of the rows that the batch writes or deletes. */
  sealed interface OnRow extends Condition {
    /** The row's clustering key. */
    List<@Nullable Object> key();
  }

  /** There is no such row. */
  record RowAbsent(List<@Nullable Object> key) implements OnRow {}

  /** There is such a row. */
  record RowPresent(List<@Nullable Object> key) implements OnRow {}

  /** There is such a row, and its column has this value. */
  record RowIs(List<@Nullable Object> key, Column column, @Nullable Object value)
      implements OnRow {}
}
