package io.portolan.tenancy.store.cassandra;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Partition;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Lets this process have one transaction under way in a partition: concurrent ones only make each
 * other start over, until they time out. Partitions share a fixed number of places.
 */
final class Turns {
  private static final int PLACES = 1024;

  private final Semaphore[] places =
      IntStream.range(0, PLACES).mapToObj(_ -> new Semaphore(1, true)).toArray(Semaphore[]::new);

  /** A partition of one tenant. */
  record Place(TenantId tenant, Partition<?, ?> partition) {}

  /** What is done when it is its turn. */
  interface Work<T> {
    T run() throws InterruptedException;
  }

  <T> T inTurn(Place place, Deadline deadline, Work<T> work) throws InterruptedException {
    var own = places[Math.floorMod(place.hashCode(), PLACES)];
    if (!own.tryAcquire(Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS)) {
      throw new StoreUnavailableException(
          Effect.NONE, "too many batches for one partition are waiting");
    }
    try {
      return work.run();
    } finally {
      own.release();
    }
  }
}
