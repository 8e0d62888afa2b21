package io.portolan.tenancy.store.cassandra;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Page;
import io.portolan.tenancy.store.PageReader;
import io.portolan.tenancy.store.Partition;
import io.portolan.tenancy.store.QuorumPartition;
import io.portolan.tenancy.store.Scan;
import io.portolan.tenancy.store.SerialPartition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Table;
import io.portolan.tenancy.store.TenantStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One tenant's tables in Cassandra, until a deadline. Immutable. */
record CassandraTenantStore(TenantId tenant, Deadline deadline, Cluster cluster)
    implements TenantStore {
  /** Rows that are fetched at a time: large ones must not fill the memory. */
  private static final int FETCHED_ROWS = 200;

  private TableAccess access(Table<?, ?, ?> table) {
    return cluster.access(table, tenant, deadline);
  }

  @Override
  public <C extends Record, R extends Record> Optional<R> get(Partition<C, R> partition, C key)
      throws InterruptedException {
    var table = partition.table();
    var row = access(table).row(partition.values(), table.keyValues(key));
    return row == null ? Optional.empty() : Optional.of(table.row(row.values()));
  }

  @Override
  public <C extends Record, R extends Record> Page<R> slice(
      Partition<C, R> partition, Slice<C> slice) throws InterruptedException {
    var access = access(partition.table());
    var page = new PageReader<>(tenant, partition, slice);
    var values = access.values(partition.values(), parameters(page.scan()));
    var read = access.read(access.cql().slice(page.scan()), values).setPageSize(FETCHED_ROWS);
    var results = access.send(read);
    while (true) {
      for (var row : results.currentPage()) {
        var found = access.row(row);
        if (found != null && !page.add(found.values())) {
          return page.page();
        }
      }
      if (!results.hasMorePages()) {
        return page.page();
      }
      results = cluster.statements().next(results, access.reading(), deadline);
    }
  }

  private static List<@Nullable Object> parameters(Scan scan) {
    var values = new ArrayList<@Nullable Object>(scan.prefix());
    var lower = scan.lower();
    if (lower != null) {
      values.addAll(lower.rest());
    }
    var upper = scan.upper();
    if (upper != null) {
      values.addAll(upper.rest());
    }
    values.add(scan.limit() + 1);
    return values;
  }

  @Override
  public <C extends Record, R extends Record> void put(QuorumPartition<C, R> partition, R row)
      throws InterruptedException {
    var access = access(partition.table());
    var values = access.values(partition.values(), partition.table().rowValues(row));
    var write = access.write(access.cql().insert(), values);
    cluster.statements().send(write, access.writing(), deadline);
  }

  @Override
  public <C extends Record, R extends Record> void delete(QuorumPartition<C, R> partition, C key)
      throws InterruptedException {
    var access = access(partition.table());
    var values = access.values(partition.values(), partition.table().keyValues(key));
    var write = access.write(access.cql().delete(List.of()), values);
    cluster.statements().send(write, access.writing(), deadline);
  }

  @Override
  public <C extends Record, R extends Record, S extends Record> Optional<S> statics(
      SerialPartition<C, R, S> partition) throws InterruptedException {
    var found = access(partition.table()).statics(partition.values());
    return partition.table().statics(found.values());
  }

  @Override
  public <C extends Record, R extends Record, S extends Record> CommitOutcome<R, S> commit(
      Batch<C, R, S> batch) throws InterruptedException {
    batch.requireWhole();
    var access = access(batch.partition().table());
    return cluster
        .turns()
        .inTurn(
            new Turns.Place(tenant, batch.partition()),
            deadline,
            () -> new Commits(access).commit(batch));
  }
}
