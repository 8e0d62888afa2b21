package io.portolan.tenancy.audit;

import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's events on their way into its chain. Callers leave them; one virtual thread writes
 * what has gathered, signs the chain when it is time, and ends when there was nothing to do for a
 * while. Events are written in the order in which they were left.
 */
final class TenantChain implements Runnable {
  private static final System.Logger LOG = System.getLogger(TenantChain.class.getName());
  private static final int BLOCK_EVENTS = 1_000;
  private static final Duration RETRY_MIN = Duration.ofMillis(50);
  private static final Duration RETRY_MAX = Duration.ofSeconds(5);

  private final ChainWriter writer;
  private final AuditKeys keys;
  private final AuditSettings settings;
  private final AtomicInteger waitingInAll;
  private final String name;

  // Guarded by lock; never held over I/O.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long lost;
  private int urgent;
  private boolean ended;
  private long giveUpNanos; // when closing; meaningless before
  private boolean closing;

  // The runner's own.
  private int unsigned;
  private long signBy;

  /**
   * An event that waits to be written.
   *
   * @param durable counted down once it is; null when nobody waits for it
   */
  record Waiting(AuditEvent event, @Nullable CountDownLatch durable) {}

  /** What became of an event that was offered. */
  enum Offered {
    TAKEN,
    /** No room; the chain will tell of the loss. */
    FULL,
    /** This chain is over; another one takes the tenant's events. */
    ENDED,
    /** The log is being closed. */
    CLOSED
  }

  TenantChain(ChainWriter writer, AuditKeys keys, AuditSettings settings, Shared shared) {
    this.writer = writer;
    this.keys = keys;
    this.settings = settings;
    this.waitingInAll = shared.waitingInAll();
    this.name = shared.name();
  }

  /** What the chains of a log share, and the name of this one for the log. */
  record Shared(AtomicInteger waitingInAll, String name) {}

  Offered offer(Waiting event) {
    lock.lock();
    try {
      if (ended) {
        return Offered.ENDED;
      }
      if (closing) {
        return Offered.CLOSED;
      }
      if (waiting.size() >= settings.waitingPerTenantMax()
          || waitingInAll.get() >= settings.waitingMax()) {
        lost++;
        changed.signal();
        return Offered.FULL;
      }
      waitingInAll.incrementAndGet();
      waiting.add(event);
      var isUrgent = event.durable() != null;
      urgent += isUrgent ? 1 : 0;
      if (isUrgent || waiting.size() == 1 || waiting.size() == BLOCK_EVENTS) {
        changed.signal();
      }
      return Offered.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /** Takes back what is not being written yet. */
  void withdraw(Waiting event) {
    lock.lock();
    try {
      if (waiting.remove(event)) {
        urgent--;
        waitingInAll.decrementAndGet();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more, and gives up what is not written by then. */
  void close(long giveUpAtNanos) {
    lock.lock();
    try {
      closing = true;
      giveUpNanos = giveUpAtNanos;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    try {
      while (true) {
        var events = new ArrayList<Waiting>();
        var gone = take(events);
        if (events.isEmpty() && gone == 0) {
          if (unsigned > 0) {
            sign();
            if (unsigned > 0 && pause(RETRY_MIN)) {
              continue; // the store did not take it
            }
          }
          if (endIfIdle()) {
            return;
          }
        } else {
          write(events, gone);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the audit chain of " + name + " stops", e);
      throw e;
    } finally {
      abandon();
    }
  }

  /** Waits for events and takes a block of them; none when it is time to sign or to end. */
  private long take(List<Waiting> into) throws InterruptedException {
    lock.lock();
    try {
      var idle = Math.max(settings.checkpointInterval().toNanos(), 1);
      var until = unsigned > 0 ? signBy : System.nanoTime() + idle;
      while (waiting.isEmpty() && lost == 0 && !closing) {
        var left = until - System.nanoTime();
        if (left <= 0) {
          return 0;
        }
        var _ = changed.awaitNanos(left);
      }
      for (var left = settings.gather().toNanos();
          left > 0 && urgent == 0 && waiting.size() < BLOCK_EVENTS && !closing; ) {
        left = changed.awaitNanos(left);
      }
      while (into.size() < BLOCK_EVENTS && !waiting.isEmpty()) {
        var next = waiting.remove();
        urgent -= next.durable() == null ? 0 : 1;
        into.add(next);
      }
      var gone = lost;
      lost = 0;
      return gone;
    } finally {
      lock.unlock();
    }
  }

  private boolean endIfIdle() {
    lock.lock();
    try {
      ended = waiting.isEmpty() && lost == 0;
      return ended;
    } finally {
      lock.unlock();
    }
  }

  private void write(List<Waiting> events, long gone) throws InterruptedException {
    var written = 0;
    var toTell = gone;
    ChainWriter.Attempt attempt = null;
    var retry = RETRY_MIN;
    while (written < events.size() || toTell > 0) {
      try {
        if (attempt == null) {
          var rest = events.subList(written, events.size()).stream().map(Waiting::event).toList();
          attempt = writer.prepare(rest, toTell);
        }
        switch (writer.commit(attempt)) {
          case YES -> {
            settled(events.subList(written, written + attempt.events()));
            note(attempt.events() + (toTell > 0 ? 1 : 0));
            written += attempt.events();
            toTell = 0;
            attempt = null;
            retry = RETRY_MIN;
            if (unsigned >= settings.checkpointEvents()) {
              sign();
            }
            continue;
          }
          case OVERTAKEN -> {
            attempt = null;
            continue;
          }
          case UNKNOWN -> {}
        }
      } catch (StoreUnavailableException | StoreDamagedException e) {
        LOG.log(
            Level.WARNING, "audit events of {0} cannot be written yet: {1}", name, e.getMessage());
      }
      if (!pause(retry)) {
        LOG.log(
            Level.ERROR,
            "{0} audit events of {1} are lost: the store did not take them",
            events.size() - written + toTell,
            name);
        waitingInAll.addAndGet(written - events.size());
        return;
      }
      retry = retry.multipliedBy(2).compareTo(RETRY_MAX) < 0 ? retry.multipliedBy(2) : RETRY_MAX;
    }
  }

  private void settled(List<Waiting> events) {
    waitingInAll.addAndGet(-events.size());
    for (var event : events) {
      if (event.durable() != null) {
        event.durable().countDown();
      }
    }
  }

  private void note(int records) {
    if (unsigned == 0) {
      signBy = System.nanoTime() + settings.checkpointInterval().toNanos();
    }
    unsigned += records;
  }

  /** A checkpoint that cannot be written is written with the next ones. */
  private void sign() throws InterruptedException {
    try {
      writer.sign(keys);
      unsigned = 0;
    } catch (StoreUnavailableException | StoreDamagedException e) {
      LOG.log(
          Level.WARNING, "the audit chain of {0} cannot be signed yet: {1}", name, e.getMessage());
      signBy = System.nanoTime() + RETRY_MAX.toNanos();
    }
  }

  /** Waits before the next try; false when it is time to give up. */
  private boolean pause(Duration time) throws InterruptedException {
    lock.lock();
    try {
      for (var left = time.toNanos(); left > 0; ) {
        if (closing && giveUpNanos - System.nanoTime() <= 0) {
          return false;
        }
        var most = closing ? Math.min(left, giveUpNanos - System.nanoTime()) : left;
        left -= Math.max(most, 1) - Math.max(changed.awaitNanos(Math.max(most, 1)), 0);
      }
      return !closing || giveUpNanos - System.nanoTime() > 0;
    } finally {
      lock.unlock();
    }
  }

  /** Whatever ends the runner: nothing may be left here that nobody writes. */
  private void abandon() {
    lock.lock();
    try {
      ended = true;
      waitingInAll.addAndGet(-waiting.size());
      waiting.clear();
    } finally {
      lock.unlock();
    }
  }
}
