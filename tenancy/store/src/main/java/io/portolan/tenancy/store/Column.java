package io.portolan.tenancy.store;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A real column of a table.
 *
 * @param name 1 to 48 characters of {@code a-z 0-9 _}, starting with a letter; no name the engines
 *     keep for themselves
 */
public record Column(String name, ColumnType type) {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9_]{0,47}");

  /** What the engines add to a table. */
  private static final Set<String> RESERVED =
      Set.of("tenant_id", "batch_id", "last_batch_id", "expires_at", "row_crc", "rowid", "oid");

  public Column {
    if (!FORM.matcher(name).matches() || RESERVED.contains(name)) {
      throw new IllegalArgumentException(
          "column name must be 1 to 48 characters of a-z, 0-9 and '_' and none of "
              + RESERVED
              + ": "
              + name);
    }
  }
}
