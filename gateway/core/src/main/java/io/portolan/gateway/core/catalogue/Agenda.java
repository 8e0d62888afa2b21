package io.portolan.gateway.core.catalogue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one server's monitor has to do next, and who waits for it to be done. Written by listeners
 * and callers, read by the monitor's one thread. Thread-safe.
 */
final class Agenda {
  /** What is due. */
  sealed interface Due {
    /** Ask for lists again; {@link #relisted} with {@code upTo} says that it was done. */
    record Relist(Set<ListKind> kinds, long upTo) implements Due {}

    /** See whether the server still answers. */
    record Check() implements Due {}

    /** Connect again, or stop when the agenda is closed. */
    record Leave() implements Due {}
  }

  // Invariant: everything below is read and written under the lock; wake is signalled on change.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private final Set<ListKind> stale = EnumSet.noneOf(ListKind.class);
  private long connection; // grows with every connection
  private boolean connected;
  private long asked; // grows with every request to list again
  private long answered; // the last such request that the catalogue shows
  private boolean checkNow;
  private boolean lost;
  private boolean closed;

  /** A connection begins, for which all lists will be asked for. Returns its number. */
  long connect() {
    lock.lock();
    try {
      connected = true;
      lost = false;
      checkNow = false;
      stale.clear();
      answered = asked;
      return ++connection;
    } finally {
      lock.unlock();
    }
  }

  /** The connection is over: nobody need wait for lists now. */
  void disconnect() {
    lock.lock();
    try {
      connected = false;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits, at most {@code patience}, for something to do; a check when nothing else came up. */
  Due next(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      var left = patience.toNanos();
      while (stale.isEmpty() && !checkNow && !lost && !closed && left > 0) {
        left = wake.awaitNanos(left);
      }
      if (lost || closed) {
        return new Due.Leave();
      }
      if (stale.isEmpty()) {
        checkNow = false;
        return new Due.Check();
      }
      var kinds = EnumSet.copyOf(stale);
      stale.clear();
      return new Due.Relist(kinds, asked);
    } finally {
      lock.unlock();
    }
  }

  /** Says that lists are not what the catalogue shows. */
  void stale(Set<ListKind> kinds) {
    lock.lock();
    try {
      mark(kinds);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says the same and waits, at most {@code patience}, until the catalogue shows what is true now.
   * Does not wait for a server that is down.
   */
  void refresh(Set<ListKind> kinds, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      if (!connected) {
        return;
      }
      var mine = mark(kinds);
      var left = patience.toNanos();
      while (answered < mine && connected && !closed && left > 0) {
        left = wake.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private long mark(Set<ListKind> kinds) {
    stale.addAll(kinds);
    wake.signalAll();
    return ++asked;
  }

  /** The catalogue shows the lists of a {@link Due.Relist}. */
  void relisted(long upTo) {
    lock.lock();
    try {
      answered = Math.max(answered, upTo);
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Asks for a check, or for another attempt, before its time. */
  void check() {
    lock.lock();
    try {
      checkNow = true;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The server was lost on a connection; means nothing once there is another. */
  void lost(long onConnection) {
    lock.lock();
    try {
      lost |= onConnection == connection;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits before the next attempt to connect: {@code atMost}, or less after {@link #check}. */
  void awaitRetry(Duration atLeast, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      var passed = 0L;
      var since = System.nanoTime();
      while (!closed && passed < atMost.toNanos() && !(checkNow && passed >= atLeast.toNanos())) {
        var until = checkNow ? atLeast : atMost;
        var _ = wake.awaitNanos(until.toNanos() - passed);
        passed = System.nanoTime() - since;
      }
      checkNow = false;
    } finally {
      lock.unlock();
    }
  }

  boolean closed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
