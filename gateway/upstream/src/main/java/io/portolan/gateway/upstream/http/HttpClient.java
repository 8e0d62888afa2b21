package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.calls.DeadlineSweeper;
import io.portolan.tenancy.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/*
 * When is a request sent again? Only when it is certain that the server has not got all of it: the
 * write on a connection that had been idle failed. Once the last byte is written, a connection that
 * breaks is reported with sent = true and the decision is the caller's.
 */

/**
 * Exchanges requests with one server. Connections are kept and checked before they are used again,
 * so that a server that restarted between two requests is not noticed. Thread-safe; blocking, on
 * virtual threads.
 */
final class HttpClient implements AutoCloseable {
  private static final long RESTART_NANOS = 1_000_000_000;
  private static final long RECENTLY_NANOS = 30_000_000_000L;
  private static final long REFUSED_WAIT_MILLIS = 20;

  private final Connector connector;
  private final LimitCounts counts;
  private final ConnectionPool pool;
  private final ConnectionPool listeners;
  private final DeadlineSweeper sweeper;
  private volatile long lastAnswerNanos = System.nanoTime() - RECENTLY_NANOS;

  HttpClient(Connector connector, UpstreamLimits limits, DeadlineSweeper sweeper) {
    this.connector = connector;
    this.counts = limits.counts();
    this.pool = new ConnectionPool(limits.connectionsPerServerMax(), limits.idleEviction());
    this.listeners =
        new ConnectionPool(16 * limits.connectionsPerServerMax(), limits.idleEviction());
    this.sweeper = sweeper;
    sweeper.add(pool);
    sweeper.add(listeners);
  }

  /**
   * Sends a request and waits for the answer's head. The caller reads the body and then calls
   * {@link Exchange#finish} or {@link Exchange#abandon}.
   *
   * @throws ExchangeFailed when there is no answer
   */
  Exchange send(HttpRequest request, Deadline deadline, Cancellation cancellation)
      throws ExchangeFailed, InterruptedException {
    return send(pool, request, deadline, cancellation);
  }

  /**
   * Like {@link #send}, for an answer that goes on for as long as a client listens: it takes none
   * of the connections that calls share.
   */
  Exchange listen(HttpRequest request, Deadline deadline, Cancellation cancellation)
      throws ExchangeFailed, InterruptedException {
    return send(listeners, request, deadline, cancellation);
  }

  private Exchange send(
      ConnectionPool from, HttpRequest request, Deadline deadline, Cancellation cancellation)
      throws ExchangeFailed, InterruptedException {
    if (!from.enter(deadline, cancellation)) {
      if (!cancellation.isCancelled()) {
        counts.reached(Limit.CALLS_PER_SERVER);
      }
      throw new ExchangeFailed(
          cancellation.isCancelled()
              ? new UpstreamFailure.Cancelled("cancelled while waiting for a connection")
              : new UpstreamFailure.Saturated("all connections to the server are in use"));
    }
    var connection = from.takeIdle();
    while (connection != null) {
      var exchange = begin(from, connection, deadline, cancellation);
      try {
        connection.write(request);
      } catch (IOException e) {
        if (failedUnsent(exchange, e)) {
          if (!from.enter(deadline, cancellation)) {
            throw new ExchangeFailed(exchange.failed(e, "while sending", false));
          }
          connection = from.takeIdle();
          continue;
        }
        throw new ExchangeFailed(exchange.failed(e, "while sending", false));
      }
      return answered(exchange);
    }
    return sendOnNew(from, request, deadline, cancellation);
  }

  /** Whether the request may be tried on another connection; if so this one is closed. */
  private static boolean failedUnsent(Exchange exchange, IOException cause)
      throws InterruptedException {
    return exchange.failed(cause, "while sending", false) instanceof UpstreamFailure.BrokenOff;
  }

  private Exchange sendOnNew(
      ConnectionPool from, HttpRequest request, Deadline deadline, Cancellation cancellation)
      throws ExchangeFailed, InterruptedException {
    HttpConnection connection;
    try {
      connection = connect(deadline, cancellation);
    } catch (ExchangeFailed | InterruptedException | RuntimeException e) {
      from.leave();
      throw e;
    }
    from.add(connection);
    var exchange = begin(from, connection, deadline, cancellation);
    try {
      connection.write(request);
    } catch (IOException e) {
      var early = earlyAnswer(exchange);
      if (early != null) {
        return early;
      }
      throw new ExchangeFailed(exchange.failed(e, "while sending", false));
    }
    return answered(exchange);
  }

  private static Exchange begin(
      ConnectionPool from,
      HttpConnection connection,
      Deadline deadline,
      Cancellation cancellation) {
    var exchange = new Exchange(from, connection, cancellation, deadline.nanoTime());
    connection.exchange(exchange);
    cancellation.onCancel(exchange);
    return exchange;
  }

  private Exchange answered(Exchange exchange) throws ExchangeFailed, InterruptedException {
    try {
      exchange.readHead();
    } catch (IOException e) {
      throw new ExchangeFailed(exchange.failed(e, "while waiting for the answer", true));
    }
    lastAnswerNanos = System.nanoTime();
    return exchange;
  }

  /** A server may answer, say with 413, and close before it has read a whole body. */
  private static @Nullable Exchange earlyAnswer(Exchange exchange) {
    try {
      exchange.readHead();
      return exchange;
    } catch (IOException _) {
      return null;
    }
  }

  /** A server that answered a moment ago and now refuses is being restarted: waits for it. */
  private HttpConnection connect(Deadline deadline, Cancellation cancellation)
      throws ExchangeFailed, InterruptedException {
    var started = System.nanoTime();
    var patience = started - lastAnswerNanos < RECENTLY_NANOS ? RESTART_NANOS : 0;
    for (long wait = REFUSED_WAIT_MILLIS; ; wait *= 2) {
      try {
        return connector.open(deadline, cancellation);
      } catch (ConnectException e) {
        var spent = System.nanoTime() - started;
        if (spent >= patience
            || deadline.nanosLeft() <= wait * 1_000_000
            || cancellation.isCancelled()) {
          throw new ExchangeFailed(
              new UpstreamFailure.Unreachable(connector.target() + ": " + Exchange.describe(e)));
        }
        Thread.sleep(wait);
      } catch (IOException e) {
        throw new ExchangeFailed(connector.failure(e, deadline, cancellation));
      }
    }
  }

  /** How many connections are open. */
  int connections() {
    return pool.size() + listeners.size();
  }

  /** Closes all connections; what is under way breaks off. Idempotent. */
  @Override
  public void close() {
    sweeper.remove(pool);
    sweeper.remove(listeners);
    pool.close();
    listeners.close();
  }
}
