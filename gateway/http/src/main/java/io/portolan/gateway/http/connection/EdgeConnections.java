package io.portolan.gateway.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * All open connections, and the one thread that looks at them ten times a second. Time is counted
 * in those looks, so that a request reads no clock for being watched. Thread-safe.
 */
public final class EdgeConnections implements ServerConnectionSelector, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EdgeConnections.class.getName());
  static final long TICK_MILLIS = 100;

  /** A call that is still unanswered after this many looks is worth watching. */
  static final int WATCH_AFTER_TICKS = 2;

  /** How many looks a connection has to end in once its socket was closed. */
  static final int ABORTED_TICKS = 10;

  /** How long a connection may idle while all connections are taken. */
  static final Duration CROWDED_IDLE = Duration.ofSeconds(1);

  static final Duration LINGER = Duration.ofSeconds(2);
  private static final Duration LAST_MOMENT = Duration.ofMillis(500);

  private final ServerConnectionSelector http1;
  private final Router router;
  private final Patience patience;
  private final int connectionsMax;
  private final LimitCounts counts;
  private final Set<EdgeConnection> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile int tick = 1;
  private volatile boolean draining;

  /**
   * @param http1 who serves the connections
   * @param router where requests go
   * @param patience how long connections may keep a thread waiting
   * @param connectionsMax how many connections the listener accepts
   * @param counts learns which limits were reached
   */
  public EdgeConnections(
      ServerConnectionSelector http1,
      Router router,
      Patience patience,
      int connectionsMax,
      LimitCounts counts) {
    this.http1 = http1;
    this.router = router;
    this.patience = patience;
    this.connectionsMax = connectionsMax;
    this.counts = counts;
  }

  /** Starts to watch. */
  public void start() {
    Thread.ofPlatform().daemon().name("edge-connection-watch").start(this::watch);
  }

  private void watch() {
    try {
      while (!closed.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
        var now = tick + 1;
        tick = now;
        for (var connection : open) {
          look(connection, now);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void look(EdgeConnection connection, int now) {
    try {
      connection.look(now);
    } catch (RuntimeException e) {
      // The watch must outlive whatever one connection does.
      LOG.log(System.Logger.Level.ERROR, "watching a connection failed", e);
    }
  }

  /** From now on each reply is its connection's last, and standing streams are ended. */
  public void drain() {
    draining = true;
    open.forEach(EdgeConnection::drain);
  }

  boolean draining() {
    return draining;
  }

  /** Gives what is still open a moment to end, then closes it and stops watching. Idempotent. */
  @Override
  public void close() {
    var patience = Deadline.in(LAST_MOMENT);
    while (!open.isEmpty() && !patience.passed() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LAST_MOMENT.toNanos() / 100);
    }
    open.forEach(EdgeConnection::abort);
    closed.countDown();
  }

  /** How many connections are open. */
  public int count() {
    return open.size();
  }

  int tick() {
    return tick;
  }

  /** A client did not read what was written to it. */
  void readsTooSlowly() {
    counts.reached(Limit.SLOW_READER);
  }

  /** A client took too long over what it is in the middle of. */
  void sendsTooSlowly(Phase phase) {
    switch (phase) {
      case HEAD -> counts.reached(Limit.SLOW_HEAD);
      case BODY -> counts.reached(Limit.SLOW_BODY);
      case FRESH, IDLE, CALL, LINGER -> {}
    }
  }

  Patience patience() {
    return patience;
  }

  boolean crowded() {
    return open.size() >= connectionsMax;
  }

  boolean exceeds(int ticks, Duration limit) {
    return ticks * TICK_MILLIS > limit.toMillis();
  }

  void closed(EdgeConnection connection) {
    open.remove(connection);
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    var connection = new EdgeConnection(context, router, this);
    connection.serve(http1.connection(connection));
    open.add(connection);
    if (crowded()) {
      counts.reached(Limit.CONNECTIONS);
    }
    return connection;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }
}
