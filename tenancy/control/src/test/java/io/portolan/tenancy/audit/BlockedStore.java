package io.portolan.tenancy.audit;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A store that answers nobody until it is released. Closing it leaves the real one open. */
final class BlockedStore implements Store {
  private final Store store;
  private final CountDownLatch released = new CountDownLatch(1);

  BlockedStore(Store store) {
    this.store = store;
  }

  void release() {
    released.countDown();
  }

  @Override
  public TenantStore at(TenantId tenant, Deadline deadline) {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return store.at(tenant, Deadline.in(Duration.ofMinutes(1)));
  }

  @Override
  public void close() {}
}
