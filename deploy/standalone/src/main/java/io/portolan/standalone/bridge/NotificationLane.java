package io.portolan.standalone.bridge;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;

/**
 * Delivers the client's notifications one after the other, in their order. Over stdio a request
 * that follows a notification is seen after it; over HTTP that takes waiting for {@link
 * #delivered}. Bounded: {@link #add} blocks when a thousand are waiting.
 */
final class NotificationLane {
  /** Delivers one notification; handles its own failures. */
  interface Delivery {
    void run() throws InterruptedException;
  }

  private record Item(Delivery delivery, CountDownLatch done) {}

  private final BlockingQueue<Item> waiting = new ArrayBlockingQueue<>(1_000);
  private CountDownLatch last = new CountDownLatch(0); // used by the adding thread only

  void add(Delivery delivery) throws InterruptedException {
    last = new CountDownLatch(1);
    waiting.put(new Item(delivery, last));
  }

  /** Opens when all that was added until now was delivered. For the adding thread. */
  CountDownLatch delivered() {
    return last;
  }

  /** Delivers until interrupted. */
  void run() throws InterruptedException {
    while (true) {
      var item = waiting.take();
      try {
        item.delivery().run();
      } finally {
        item.done().countDown();
      }
    }
  }
}
