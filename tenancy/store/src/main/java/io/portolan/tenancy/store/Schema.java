package io.portolan.tenancy.store;

import java.util.HashSet;
import java.util.List;

/**
 * The tables a store is opened with.
 *
 * @param tables at most 200, no two with one name
 */
public record Schema(List<Table<?, ?, ?>> tables) {
  private static final int TABLES_MAX = 200;

  public Schema {
    tables = List.copyOf(tables);
    if (tables.size() > TABLES_MAX) {
      throw new IllegalArgumentException(tables.size() + " tables, more than " + TABLES_MAX);
    }
    var names = new HashSet<String>();
    for (var table : tables) {
      if (!names.add(table.shape().name())) {
        throw new IllegalArgumentException("two tables are called " + table.shape().name());
      }
    }
  }

  /** The schema of these tables. */
  public static Schema of(Table<?, ?, ?>... tables) {
    return new Schema(List.of(tables));
  }

  /** Refuses a table the store was not opened with: a bug of the caller. */
  public void require(Table<?, ?, ?> table) {
    if (!tables.contains(table)) {
      throw new IllegalArgumentException("the store was opened without table " + table);
    }
  }
}
