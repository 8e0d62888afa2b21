package io.portolan.tenancy.store;

import io.portolan.tenancy.TenantId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a slice into a scan, and the rows an engine finds for it into a page with a token. For
 * engines; used by one thread.
 */
public final class PageReader<C extends Record, R extends Record> {
  /** A page of large rows ends early, so that it fits in memory. */
  private static final long PAGE_BYTES_MAX = 8L << 20;

  private final Partition<C, R> partition;
  private final TokenForm tokens;
  private final Scan scan;
  private final List<R> rows = new ArrayList<>();
  private List<@Nullable Object> last = List.of();
  private long bytes;
  private boolean more;

  /**
   * Begins a page.
   *
   * @throws IllegalArgumentException when the slice does not fit the table, or its token the slice
   */
  public PageReader(TenantId tenant, Partition<C, R> partition, Slice<C> slice) {
    this.partition = partition;
    this.tokens =
        new TokenForm(
            partition.table().shape().clustering(), Scan.identity(tenant, partition, slice));
    var token = slice.token();
    this.scan = Scan.of(partition.table(), slice, token == null ? null : tokens.read(token));
  }

  /** What to read: up to one row more than its limit. */
  public Scan scan() {
    return scan;
  }

  /** Takes the next row's stored values; false when the page is full and reading may end. */
  public boolean add(List<@Nullable Object> values) {
    if (rows.size() == scan.limit() || (bytes >= PAGE_BYTES_MAX && !rows.isEmpty())) {
      more = true;
      return false;
    }
    rows.add(partition.table().row(values));
    bytes += Limits.sizeBytes(values);
    last = values;
    return true;
  }

  /** The page of the rows taken. */
  public Page<R> page() {
    return new Page<>(rows, more ? tokens.write(last) : null);
  }
}
