package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A write on its way through the writer, and the caller waiting for it. */
final class PendingWrite<T> {
  /** What the writer does for it, inside its transaction. */
  interface Work<T> {
    T apply(Connection writer, long nowMillis) throws SQLException;
  }

  private enum Stage {
    /** Nobody has begun: it can still be given up without effect. */
    QUEUED,
    TAKEN,
    GIVEN_UP
  }

  private final Work<T> work;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.QUEUED);
  private final CountDownLatch done = new CountDownLatch(1);

  /** Written before the latch opens, read after it. */
  private @Nullable T result;

  private @Nullable RuntimeException failure;

  PendingWrite(Work<T> work) {
    this.work = work;
  }

  /** For the writer: whether it is still wanted. */
  boolean take() {
    return stage.compareAndSet(Stage.QUEUED, Stage.TAKEN);
  }

  /** Applies it; its caller hears of it once the transaction is on the disk. */
  void apply(Connection writer, long nowMillis) throws SQLException {
    result = work.apply(writer, nowMillis);
  }

  void succeed() {
    done.countDown();
  }

  void fail(RuntimeException reason) {
    failure = reason;
    done.countDown();
  }

  /** Waits for the disk. */
  T await(Deadline deadline) throws InterruptedException {
    if (!done.await(deadline.nanosLeft(), TimeUnit.NANOSECONDS)) {
      if (stage.compareAndSet(Stage.QUEUED, Stage.GIVEN_UP)) {
        throw new StoreUnavailableException(Effect.NONE, "the store did not get to it in time");
      }
      throw new StoreUnavailableException(Effect.UNKNOWN, "the store did not finish it in time");
    }
    if (failure != null) {
      throw failure;
    }
    if (result == null) {
      throw new IllegalStateException("a write ended without result");
    }
    return result;
  }
}
