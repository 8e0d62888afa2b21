package io.portolan.standalone.webhook;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.auth.upstream.SafeFetch;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.vault.VaultSealedException;
import io.portolan.tenancy.webhook.Delivery;
import io.portolan.tenancy.webhook.Webhooks;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Tells webhooks what waits for them: several at a time, each within five seconds, to nowhere but
 * where {@link SafeFetch} goes. A status of 2xx means that it was heard; 410 that nothing more is
 * wanted of this event. Thread-safe.
 */
public final class WebhookSender implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(WebhookSender.class.getName());
  private static final int AT_A_TIME = 16;
  private static final Duration STORE_MAX = Duration.ofSeconds(5);

  private final Webhooks webhooks;
  private final SafeFetch fetch;
  private final Semaphore places = new Semaphore(AT_A_TIME);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread thread = Thread.ofVirtual().name("webhooks").unstarted(this::run);

  /**
   * @param guard says where webhooks may be
   */
  public WebhookSender(Webhooks webhooks, OutboundGuard guard) {
    this.webhooks = webhooks;
    this.fetch = new SafeFetch(guard, SafeFetch.Trust.NOBODY);
  }

  /** Begins to send. */
  public WebhookSender start() {
    thread.start();
    return this;
  }

  private void run() {
    try {
      while (true) {
        places.acquire();
        var delivery = webhooks.next();
        threads.execute(() -> deliver(delivery));
      }
    } catch (InterruptedException _) {
      // The gateway is stopping; what was not told is in the store.
    }
  }

  private void deliver(Delivery delivery) {
    try {
      if (isHeard(delivery)) {
        webhooks.settled(delivery, Deadline.in(STORE_MAX));
      } else if (!webhooks.failed(delivery, Deadline.in(STORE_MAX))) {
        LOG.log(
            Level.WARNING,
            "webhook {0} of tenant {1} was not reached: {2} {3} is told no more",
            delivery.hook().id(),
            delivery.hook().tenant(),
            delivery.type().label(),
            delivery.event());
      }
    } catch (StoreUnavailableException | StoreDamagedException e) {
      LOG.log(Level.WARNING, "webhooks cannot be noted as told: {0}", e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  private boolean isHeard(Delivery delivery) throws InterruptedException {
    try {
      var proof = webhooks.proof(delivery, Deadline.in(STORE_MAX));
      if (proof.isEmpty()) {
        return true; // it was removed meanwhile
      }
      var status = fetch.tell(delivery.hook().url(), proof.get(), delivery.body());
      return status / 100 == 2 || status == 410;
    } catch (IOException | VaultSealedException | StoreUnavailableException e) {
      LOG.log(Level.DEBUG, "webhook {0}: {1}", delivery.hook().id(), e.getMessage());
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    threads.shutdownNow();
    fetch.close();
  }
}
