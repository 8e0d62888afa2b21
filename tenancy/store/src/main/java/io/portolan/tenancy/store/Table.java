package io.portolan.tenancy.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A declared table. Immutable; made once by a {@link Declaration} and kept in a constant.
 *
 * @param <P> the partition key behind the tenant
 * @param <C> the clustering key
 * @param <R> a row: its clustering key, then its columns
 */
public sealed interface Table<P extends Record, C extends Record, R extends Record>
    permits QuorumTable, SerialTable {
  /** What an engine makes the table from. */
  TableShape shape();

  /** The partition with this key, of whichever tenant is asked for it. */
  Partition<C, R> at(P partition);

  /** The clustering key's values as they are stored. For engines. */
  List<@Nullable Object> keyValues(C key);

  /** The row's values as they are stored, in the order of {@link TableShape#row}. For engines. */
  List<@Nullable Object> rowValues(R row);

  /** The row with these stored values, in the order of {@link TableShape#row}. For engines. */
  R row(List<@Nullable Object> values);
}
