package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.upstream.calls.DeadlineSweeper;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/*
 * Idle connections are a lock-free stack: last in, first out, so that the ones a quiet period does
 * not need grow old and are evicted. Every push makes a new node; with the collector that rules out
 * the ABA problem. An evicted connection's node stays until it is popped and found closed; a new
 * connection is only made when the stack is empty, so there are never more nodes than connections
 * were open at a time.
 */

/**
 * The connections to one server. Bounded: who finds it full waits. Thread-safe; blocking only in
 * {@link #enter}.
 */
final class ConnectionPool implements DeadlineSweeper.Swept {
  private static final long CANCEL_CHECK_NANOS = 100_000_000;

  private record Node(HttpConnection connection, @Nullable Node below) {}

  private final Semaphore room;
  private final long idleNanos;
  private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Node> idle = new AtomicReference<>();
  private volatile boolean closed;

  ConnectionPool(int connectionsMax, Duration idleEviction) {
    this.room = new Semaphore(connectionsMax);
    this.idleNanos = idleEviction.toNanos();
  }

  /** Waits for the right to have one connection; false when the deadline passes first. */
  boolean enter(Deadline deadline, Cancellation cancellation) throws InterruptedException {
    if (room.tryAcquire()) {
      return true;
    }
    while (!cancellation.isCancelled()) {
      var left = deadline.nanosLeft();
      if (left <= 0) {
        return false;
      }
      if (room.tryAcquire(Math.min(left, CANCEL_CHECK_NANOS), TimeUnit.NANOSECONDS)) {
        return true;
      }
    }
    return false;
  }

  /** Gives back a right that led to no connection. */
  void leave() {
    room.release();
  }

  /** The idle connection that was used last and is still good; null when there is none. */
  @Nullable HttpConnection takeIdle() {
    while (true) {
      var top = idle.get();
      if (top == null) {
        return null;
      }
      if (!idle.compareAndSet(top, top.below())) {
        continue;
      }
      var connection = top.connection();
      if (connection.take()) {
        if (connection.isAlive()) {
          return connection;
        }
        connection.abort();
        open.remove(connection);
      }
    }
  }

  /** Counts in a new connection, so that its deadlines are met. */
  void add(HttpConnection connection) {
    open.add(connection);
    if (closed) {
      connection.abort();
    }
  }

  /** Takes back a connection that can be used again. */
  void release(HttpConnection connection) {
    var serverKeeps = connection.head().keepAliveSeconds();
    var keep =
        serverKeeps < 0
            ? idleNanos
            : Math.min(idleNanos, TimeUnit.SECONDS.toNanos(serverKeeps) - idleMargin(serverKeeps));
    connection.offer(System.nanoTime() + keep);
    while (true) {
      var top = idle.get();
      if (idle.compareAndSet(top, new Node(connection, top))) {
        break;
      }
    }
    if (closed) {
      connection.abort();
    }
    room.release();
  }

  /** A server that closes after n seconds must not see a request at that very moment. */
  private static long idleMargin(int seconds) {
    return TimeUnit.MILLISECONDS.toNanos(seconds > 1 ? 1_000 : 500);
  }

  /** Closes a connection that was in use. */
  void discard(HttpConnection connection) {
    connection.abort();
    open.remove(connection);
    room.release();
  }

  @Override
  public void sweep(long now) {
    open.removeIf(
        connection -> {
          var exchange = connection.exchange();
          if (exchange != null) {
            exchange.expire(now);
            return false;
          }
          return connection.evict(now);
        });
  }

  /** How many connections are open. */
  int size() {
    return open.size();
  }

  /** Closes all connections; what is under way breaks off. */
  void close() {
    closed = true;
    for (var connection : open) {
      connection.abort();
    }
    open.clear();
  }
}
