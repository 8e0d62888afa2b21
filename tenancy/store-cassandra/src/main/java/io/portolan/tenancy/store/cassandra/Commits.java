package io.portolan.tenancy.store.cassandra;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.DefaultBatchType;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Condition;
import io.portolan.tenancy.store.Found;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Commits conditional batches as light-weight transactions.
 *
 * <p>A transaction that times out may have been decided or not, so the driver must never repeat it
 * on its own. A serial read settles it: it finishes what was left half done, and shows whether
 * something of this batch, which carries its id, is in place. When nothing is and the conditions
 * still hold, the batch is sent again, under the same id: whichever of the two is decided first
 * makes the other fail on its conditions. All of it goes on until the caller's deadline.
 */
record Commits(TableAccess access) {
  private static final String PRESENT = Cql.BATCH + " != null";

  <R extends Record, S extends Record> CommitOutcome<R, S> commit(Batch<?, R, S> batch)
      throws InterruptedException {
    var statement = statement(batch);
    var inDoubt = false;
    for (int attempt = 0; ; attempt++) {
      try {
        if (access.statements().send(statement, access.writing(), access.deadline()).wasApplied()) {
          return new CommitOutcome.Applied<>();
        }
      } catch (StoreUnavailableException e) {
        inDoubt |= e.effect() == Effect.UNKNOWN;
        if (access.deadline().passed() || e.effect() == Effect.NONE) {
          return gaveUp(inDoubt, e);
        }
      }
      try {
        var found = find(batch);
        if (found.hasTraceOf(batch)) {
          return new CommitOutcome.Applied<>();
        }
        if (!found.satisfies(batch)) {
          return found.conflict(batch.partition().table());
        }
      } catch (StoreUnavailableException e) {
        return gaveUp(inDoubt, e);
      }
      Backoff.pause(attempt);
    }
  }

  private static <R extends Record, S extends Record> CommitOutcome<R, S> gaveUp(
      boolean inDoubt, StoreUnavailableException reason) {
    if (inDoubt) {
      return new CommitOutcome.Unknown<>(String.valueOf(reason.getMessage()));
    }
    throw reason;
  }

  private Found find(Batch<?, ?, ?> batch) throws InterruptedException {
    var partition = batch.partition().values();
    Map<List<@Nullable Object>, Found.Row> rows = new LinkedHashMap<>();
    for (var key : batch.writes().keySet()) {
      var row = access.row(partition, key);
      if (row != null) {
        rows.put(key, row);
      }
    }
    var once = access.statics(partition);
    return new Found(once.values(), once.lastBatch(), rows);
  }

  private BatchStatement statement(Batch<?, ?, ?> batch) throws InterruptedException {
    var statements = new ArrayList<BatchableStatement<?>>();
    if (access.cql().hasStatics()) {
      statements.add(statics(batch));
    }
    for (var write : batch.writes().entrySet()) {
      statements.add(row(batch, write.getKey(), write.getValue()));
    }
    return BatchStatement.newInstance(DefaultBatchType.LOGGED, statements)
        .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
        .setSerialConsistencyLevel(access.serialConsistency())
        .setIdempotent(false)
        .setExecutionProfileName(Profiles.writes(access.datacenter()));
  }

  private BoundStatement statics(Batch<?, ?, ?> batch) throws InterruptedException {
    var set = batch.staticValues();
    var values = new ArrayList<@Nullable Object>();
    if (set != null) {
      values.addAll(set);
    }
    values.add(batch.id());
    values.addAll(access.values(batch.partition().values(), List.of()));
    var conditions = new ArrayList<String>();
    for (var condition : batch.conditions()) {
      switch (condition) {
        case Condition.StaticsAbsent() ->
            access.shape().statics().forEach(column -> conditions.add(Cql.isNull(column)));
        case Condition.StaticIs(var column, var value) ->
            compare(Cql.is(column), Cql.isNull(column), value, conditions, values);
        case Condition.OnRow _ -> {}
      }
    }
    return access.bind(access.cql().writeStatics(set != null, conditions), values);
  }

  private BoundStatement row(Batch<?, ?, ?> batch, List<@Nullable Object> key, Batch.Write write)
      throws InterruptedException {
    var values = new ArrayList<@Nullable Object>();
    if (write instanceof Batch.Put(var row)) {
      values.addAll(row.subList(key.size(), row.size()));
      values.add(batch.id());
    }
    values.addAll(access.values(batch.partition().values(), key));
    var conditions = new ArrayList<String>();
    for (var condition : batch.conditions()) {
      if (condition instanceof Condition.OnRow on && on.key().equals(key)) {
        switch (on) {
          case Condition.RowAbsent _ -> conditions.add(Cql.BATCH + " = null");
          case Condition.RowPresent _ -> conditions.add(PRESENT);
          case Condition.RowIs(var _, var column, var value) -> {
            if (!conditions.contains(PRESENT)) {
              conditions.add(PRESENT);
            }
            compare(Cql.is(column), Cql.isNull(column), value, conditions, values);
          }
        }
      }
    }
    var text =
        switch (write) {
          case Batch.Put _ -> access.cql().write(conditions);
          case Batch.Delete _ -> access.cql().delete(conditions);
        };
    return access.bind(text, values);
  }

  private static void compare(
      String is,
      String isNull,
      @Nullable Object value,
      List<String> conditions,
      List<@Nullable Object> values) {
    if (value == null) {
      conditions.add(isNull);
    } else {
      conditions.add(is);
      values.add(value);
    }
  }
}
