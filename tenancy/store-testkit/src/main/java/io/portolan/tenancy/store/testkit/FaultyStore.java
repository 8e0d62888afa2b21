package io.portolan.tenancy.store.testkit;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Page;
import io.portolan.tenancy.store.Partition;
import io.portolan.tenancy.store.QuorumPartition;
import io.portolan.tenancy.store.SerialPartition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TenantStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A store in front of a real one, that fails as planned. Closing it leaves the real one open. */
public final class FaultyStore implements Store {
  private static final Duration DELAY = Duration.ofMillis(3);

  private final Store store;
  private final FaultPlan plan;

  /** Fails as {@code plan} says. */
  public FaultyStore(Store store, FaultPlan plan) {
    this.store = store;
    this.plan = plan;
  }

  @Override
  public TenantStore at(TenantId tenant, Deadline deadline) {
    return new Faulty(store.at(tenant, deadline));
  }

  @Override
  public void close() {}

  private interface Operation<T> {
    T run() throws InterruptedException;
  }

  private static StoreUnavailableException timeout(Effect effect) {
    return new StoreUnavailableException(effect, "injected time-out");
  }

  private final class Faulty implements TenantStore {
    private final TenantStore store;

    Faulty(TenantStore store) {
      this.store = store;
    }

    private <T> T disturbed(Effect ofTimeout, Operation<T> operation) throws InterruptedException {
      var fault = plan.next();
      if (fault.isEmpty()) {
        return operation.run();
      }
      return switch (fault.get()) {
        case TIMEOUT_AFTER -> {
          operation.run();
          throw timeout(ofTimeout);
        }
        case TIMEOUT_BEFORE -> throw timeout(ofTimeout);
        case UNAVAILABLE -> throw new StoreUnavailableException(Effect.NONE, "injected refusal");
        case SLOW -> {
          LockSupport.parkNanos(DELAY.toNanos());
          yield operation.run();
        }
        case DUPLICATE -> {
          operation.run();
          yield operation.run();
        }
      };
    }

    @Override
    public <C extends Record, R extends Record> Optional<R> get(Partition<C, R> partition, C key)
        throws InterruptedException {
      return disturbed(Effect.NONE, () -> store.get(partition, key));
    }

    @Override
    public <C extends Record, R extends Record> Page<R> slice(
        Partition<C, R> partition, Slice<C> slice) throws InterruptedException {
      return disturbed(Effect.NONE, () -> store.slice(partition, slice));
    }

    @Override
    public <C extends Record, R extends Record> void put(QuorumPartition<C, R> partition, R row)
        throws InterruptedException {
      disturbed(
          Effect.UNKNOWN,
          () -> {
            store.put(partition, row);
            return true;
          });
    }

    @Override
    public <C extends Record, R extends Record> void delete(QuorumPartition<C, R> partition, C key)
        throws InterruptedException {
      disturbed(
          Effect.UNKNOWN,
          () -> {
            store.delete(partition, key);
            return true;
          });
    }

    @Override
    public <C extends Record, R extends Record, S extends Record> Optional<S> statics(
        SerialPartition<C, R, S> partition) throws InterruptedException {
      return disturbed(Effect.NONE, () -> store.statics(partition));
    }

    @Override
    public <C extends Record, R extends Record, S extends Record> CommitOutcome<R, S> commit(
        Batch<C, R, S> batch) throws InterruptedException {
      try {
        return disturbed(Effect.UNKNOWN, () -> store.commit(batch));
      } catch (StoreUnavailableException e) {
        if (e.effect() == Effect.NONE) {
          throw e;
        }
        return new CommitOutcome.Unknown<>(String.valueOf(e.getMessage()));
      }
    }
  }
}
