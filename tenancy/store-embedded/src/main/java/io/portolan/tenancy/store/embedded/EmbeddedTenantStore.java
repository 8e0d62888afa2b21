package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Page;
import io.portolan.tenancy.store.PageReader;
import io.portolan.tenancy.store.Partition;
import io.portolan.tenancy.store.QuorumPartition;
import io.portolan.tenancy.store.SerialPartition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.StatementMetrics.Kind;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TenantStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One tenant's tables in the embedded engine, until a deadline. Immutable. */
record EmbeddedTenantStore(TenantId tenant, Deadline deadline, Engine engine)
    implements TenantStore {

  @Override
  public <C extends Record, R extends Record> Optional<R> get(Partition<C, R> partition, C key)
      throws InterruptedException {
    var table = partition.table();
    var file = engine.files().of(table);
    var values = table.keyValues(key);
    var found =
        engine.read(
            table,
            reader ->
                Optional.ofNullable(file.get(reader, tenant, partition.values(), values, now())),
            deadline);
    return found.map(row -> table.row(row.values()));
  }

  @Override
  public <C extends Record, R extends Record> Page<R> slice(
      Partition<C, R> partition, Slice<C> slice) throws InterruptedException {
    var file = engine.files().of(partition.table());
    return engine.read(
        partition.table(),
        reader -> {
          var page = new PageReader<>(tenant, partition, slice);
          file.rows().slice(reader, tenant, partition.values(), page.scan(), now(), page::add);
          return page.page();
        },
        deadline);
  }

  @Override
  public <C extends Record, R extends Record> void put(QuorumPartition<C, R> partition, R row)
      throws InterruptedException {
    var rows = engine.files().of(partition.table()).rows();
    var values = new ArrayList<@Nullable Object>(partition.values());
    values.addAll(partition.table().rowValues(row));
    engine.write(
        partition.table(),
        Kind.WRITE,
        (connection, now) -> {
          rows.write(connection, tenant, values, null, now);
          return true;
        },
        deadline);
  }

  @Override
  public <C extends Record, R extends Record> void delete(QuorumPartition<C, R> partition, C key)
      throws InterruptedException {
    var rows = engine.files().of(partition.table()).rows();
    List<@Nullable Object> values = new ArrayList<>(partition.values());
    values.addAll(partition.table().keyValues(key));
    engine.write(
        partition.table(),
        Kind.WRITE,
        (connection, _) -> {
          rows.delete(connection, tenant, values);
          return true;
        },
        deadline);
  }

  @Override
  public <C extends Record, R extends Record, S extends Record> Optional<S> statics(
      SerialPartition<C, R, S> partition) throws InterruptedException {
    var file = engine.files().of(partition.table());
    var found =
        engine.read(
            partition.table(),
            reader -> Optional.ofNullable(file.statics(reader, tenant, partition.values(), now())),
            deadline);
    return found.flatMap(row -> partition.table().statics(row.values()));
  }

  @Override
  public <C extends Record, R extends Record, S extends Record> CommitOutcome<R, S> commit(
      Batch<C, R, S> batch) throws InterruptedException {
    batch.requireWhole();
    var table = batch.partition().table();
    var file = engine.files().of(table);
    try {
      return engine.write(
          table,
          Kind.BATCH,
          (connection, now) -> file.commit(connection, tenant, batch, now),
          deadline);
    } catch (StoreUnavailableException e) {
      if (e.effect() == Effect.NONE) {
        throw e;
      }
      return new CommitOutcome.Unknown<>(String.valueOf(e.getMessage()));
    }
  }

  private long now() {
    return engine.clock().millis();
  }
}
