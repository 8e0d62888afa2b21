package io.portolan.tenancy.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a row's record lies in columns: its first component is the clustering key, whose components
 * are columns themselves, and the others are the row's own columns. Immutable.
 */
final class RowShape<C extends Record, R extends Record> {
  private final RecordShape<C> key;
  private final RecordShape<R> rest;
  private final Method keyOfRow;
  private final Class<C> keyType;

  private RowShape(Class<C> keyType, RecordShape<C> key, RecordShape<R> rest, Method keyOfRow) {
    this.keyType = keyType;
    this.key = key;
    this.rest = rest;
    this.keyOfRow = keyOfRow;
  }

  static <C extends Record, R extends Record> RowShape<C, R> of(Class<C> key, Class<R> row) {
    var components = row.getRecordComponents();
    if (components.length == 0 || components[0].getType() != key) {
      throw new IllegalArgumentException(
          "the first component of %s must be its key, %s"
              .formatted(row.getSimpleName(), key.getSimpleName()));
    }
    var accessor = components[0].getAccessor();
    accessor.setAccessible(true);
    return new RowShape<>(key, RecordShape.of(key), RecordShape.of(row, 1), accessor);
  }

  RecordShape<C> key() {
    return key;
  }

  /** The columns behind the key. */
  List<Column> columns() {
    return rest.columns();
  }

  C keyOf(R row) {
    try {
      return keyType.cast(keyOfRow.invoke(row));
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("reading the key of " + row.getClass().getSimpleName(), e);
    }
  }

  /** Key and columns as they are stored. */
  List<@Nullable Object> values(R row) {
    var values = new ArrayList<@Nullable Object>(key.values(keyOf(row)));
    values.addAll(rest.values(row));
    return Collections.unmodifiableList(values);
  }

  R make(List<@Nullable Object> values) {
    var keys = key.columns().size();
    return rest.make(values.subList(keys, values.size()), key.make(values.subList(0, keys)));
  }
}
