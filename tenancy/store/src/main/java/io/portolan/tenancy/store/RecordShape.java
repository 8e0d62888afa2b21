package io.portolan.tenancy.store;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a record lies in columns: one column a component, named like it in lower case with
 * underscores. Read once when a table is declared; no annotation has a meaning here. Immutable.
 */
final class RecordShape<T extends Record> {
  private final Class<T> type;
  private final List<RecordComponent> components;
  private final List<Column> columns;
  private final Constructor<T> constructor;

  private RecordShape(Class<T> type, List<RecordComponent> components, List<Column> columns) {
    this.type = type;
    this.components = List.copyOf(components);
    this.columns = List.copyOf(columns);
    this.constructor = constructorOf(type);
    components.forEach(component -> component.getAccessor().setAccessible(true));
  }

  /** The shape of a record all of whose components are columns. */
  static <T extends Record> RecordShape<T> of(Class<T> type) {
    return of(type, 0);
  }

  /** The shape of a record whose components from {@code first} on are columns. */
  static <T extends Record> RecordShape<T> of(Class<T> type, int first) {
    var all = List.of(type.getRecordComponents());
    var components = all.subList(first, all.size());
    var columns = components.stream().map(component -> column(type, component)).toList();
    return new RecordShape<>(type, components, columns);
  }

  private static Column column(Class<?> type, RecordComponent component) {
    var columnType = ColumnType.of(component.getType());
    if (columnType == null) {
      throw new IllegalArgumentException(
          "no column holds %s of %s.%s"
              .formatted(
                  component.getType().getSimpleName(), type.getSimpleName(), component.getName()));
    }
    return new Column(snakeCase(component.getName()), columnType);
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private static <T extends Record> Constructor<T> constructorOf(Class<T> type) {
    var parameters = new ArrayList<Class<?>>();
    for (var component : type.getRecordComponents()) {
      parameters.add(component.getType());
    }
    try {
      var constructor = type.getDeclaredConstructor(parameters.toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException("no canonical constructor in " + type, e);
    }
  }

  List<Column> columns() {
    return columns;
  }

  /** The record's values as they are stored, in the order of the columns. */
  List<@Nullable Object> values(T instance) {
    var values = new ArrayList<@Nullable Object>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      var column = columns.get(i);
      values.add(column.type().toStored(component(instance, i), column.name()));
    }
    return Collections.unmodifiableList(values);
  }

  private @Nullable Object component(T instance, int index) {
    try {
      return components.get(index).getAccessor().invoke(instance);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("reading " + components.get(index), e);
    }
  }

  /** The record with {@code leading}, which are no columns, and these stored values. */
  T make(List<@Nullable Object> values, Object... leading) {
    var arguments = new ArrayList<@Nullable Object>(List.of(leading));
    for (int i = 0; i < columns.size(); i++) {
      arguments.add(toComponent(components.get(i).getType(), values.get(i)));
    }
    try {
      return constructor.newInstance(arguments.toArray());
    } catch (InvocationTargetException | InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException(
          "what is stored makes no " + type.getSimpleName() + ": " + e.getCause(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("what is stored makes no " + type.getSimpleName(), e);
    }
  }

  /** Enum.valueOf wants a bound that a class found at run time cannot prove. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable Object toComponent(Class<?> component, @Nullable Object stored) {
    return component.isEnum() && stored instanceof String name
        ? Enum.valueOf((Class) component, name)
        : stored;
  }
}
