package io.portolan.registry.stored;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TenantStore;

/** Commits batches and settles unknown outcomes. Stateless; blocks on the store. */
final class Commits {
  private Commits() {}

  /** False when a condition does not hold. */
  static <C extends Record, R extends Record> boolean applied(
      TenantStore mine, Batch<C, R, NoStatics> batch, Deadline deadline)
      throws InterruptedException {
    while (true) {
      switch (mine.commit(batch)) {
        case CommitOutcome.Applied<R, NoStatics> _ -> {
          return true;
        }
        case CommitOutcome.Conflict<R, NoStatics> _ -> {
          return false;
        }
        case CommitOutcome.Unknown<R, NoStatics>(var reason) -> {
          if (deadline.passed()) {
            throw new StoreUnavailableException(Effect.UNKNOWN, reason);
          }
        }
      }
    }
  }
}
