package io.portolan.gateway.http;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.edge.McpGateway;
import io.portolan.gateway.core.edge.MemoryBudget;
import io.portolan.gateway.http.access.AccessLog;
import io.portolan.gateway.http.connection.EdgeConnections;
import io.portolan.gateway.http.connection.Patience;
import io.portolan.gateway.http.guard.Guards;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The HTTP server of the gateway: MCP at {@code /mcp} and {@code /mcp/s/{server}}, {@code
 * /health/live}, {@code /health/ready} and {@code /metrics}. Each connection is served by one
 * virtual thread.
 *
 * <p>Closing drains: readiness goes off, no connection is accepted any more, standing streams are
 * ended, calls in flight get their reply within the drain time-out, and each connection ends with
 * its next reply. The core is to be closed after the edge.
 */
public final class McpHttpServer implements AutoCloseable {
  private static final int LINGER_BYTES = 1 << 20;
  private static final Duration NEVER = Duration.ofDays(365);

  private final EdgeSettings settings;
  private final AccessLog accessLog;
  private final EdgeMetrics metrics;
  private final EdgeConnections connections;
  private final OpenStreams streams = new OpenStreams();
  private final OperatorEndpoints operator;
  private final WebServer web;
  private final AtomicBoolean draining = new AtomicBoolean();

  /** A server where everybody is anonymous, for development. */
  public McpHttpServer(EdgeSettings settings, McpGateway gateway, AccessLog accessLog) {
    this(settings, gateway, accessLog, Visitors.DEVELOPMENT, Telemetry.of(new LimitCounts()));
  }

  /**
   * Who may come, and what they find beside MCP.
   *
   * @param identity tells callers apart
   * @param pages what else is served
   */
  public record Visitors(Identity identity, Pages pages) {
    /** Everybody is anonymous, and finds nothing else. */
    public static final Visitors DEVELOPMENT = new Visitors(Identity.DEVELOPMENT, Pages.NONE);
  }

  /**
   * Prepares the server; nothing is bound before {@link #start}.
   *
   * @param settings where to listen and whom to answer
   * @param gateway who handles the requests
   * @param accessLog where the line of each request goes; started and closed with the server
   * @param visitors who tells callers apart, and what they find beside MCP
   * @param telemetry what is shown at {@code /metrics}
   */
  public McpHttpServer(
      EdgeSettings settings,
      McpGateway gateway,
      AccessLog accessLog,
      Visitors visitors,
      Telemetry telemetry) {
    this.settings = settings;
    this.accessLog = accessLog;
    var counts = telemetry.counts();
    var memory = new MemoryBudget(settings.limits().memoryBytesMax(), counts);
    this.metrics = new EdgeMetrics(gateway, accessLog, telemetry);
    this.metrics.watch(memory);
    var limits = settings.limits();
    var guards = new Guards(settings.host(), settings.allowedHosts(), settings.allowedOrigins());
    var observer = new Observer(metrics, accessLog);
    this.operator = new OperatorEndpoints(gateway, guards, metrics, draining::get);
    this.metrics.watch(operator);
    var signIns = new SignIns(counts);
    var routing =
        new EdgeRouting(
            new McpEndpoint(
                gateway,
                guards,
                visitors.identity(),
                limits,
                new McpEndpoint.Load(observer, memory, counts, signIns, streams)),
            new PageEndpoints(guards, visitors.pages(), signIns),
            operator);
    this.connections =
        new EdgeConnections(
            http1(limits), routing, patience(limits), limits.connectionsMax(), counts);
    this.metrics.watch(connections);
    this.web = web(new UnreadableRequests(limits, observer, counts));
  }

  private static Patience patience(EdgeLimits limits) {
    return new Patience(
        limits.headTimeout(),
        limits.bodyTimeout(),
        limits.bodyBytesPerSecond(),
        limits.idleTimeout(),
        limits.writeTimeout(),
        Math.max(LINGER_BYTES, limits.bodyBytesMax()));
  }

  @SuppressWarnings("removal") // on unless they are named, and each costs on every request
  private static Http1ConnectionSelector http1(EdgeLimits limits) {
    return Http1ConnectionSelector.builder()
        .config(
            Http1Config.builder()
                .maxPrologueLength(limits.headBytesMax())
                .maxHeadersSize(limits.headBytesMax())
                // Host has a stricter guard of ours.
                .validateRequestHostHeader(false)
                .receiveLog(false)
                .sendLog(false)
                .build())
        .build();
  }

  private WebServer web(UnreadableRequests unreadable) {
    var limits = settings.limits();
    return WebServer.builder()
        .host(settings.host())
        .port(settings.port())
        // Off by default in Helidon; without it each small write waits for an ACK, 40 ms.
        .connectionOptions(socket -> socket.tcpNoDelay(true))
        .backlog(4096)
        // Half the memory of an idle connection, compared to Helidon's sockets on byte buffers.
        .useNio(false)
        .protocolsDiscoverServices(false)
        .featuresDiscoverServices(false)
        .addConnectionSelector(connections)
        .maxTcpConnections(limits.connectionsMax())
        .maxPayloadSize(limits.bodyBytesMax())
        .contentEncoding(new NoEncodings())
        .errorHandling(errors -> errors.includeEntity(true))
        .directHandlers(unreadable.everywhere())
        // The edge closes idle connections itself.
        .idleConnectionTimeout(NEVER)
        .idleConnectionPeriod(NEVER)
        .shutdownGracePeriod(limits.drainTimeout())
        .shutdownHook(false)
        .build();
  }

  /**
   * Binds the port and serves.
   *
   * @throws IOException when the port cannot be bound; the message says where and why
   */
  public void start() throws IOException {
    connections.start();
    streams.start();
    accessLog.start();
    web.start();
    if (!web.isRunning()) {
      close();
      throw new BindException(
          "cannot listen at " + settings.host() + ":" + settings.port() + ": " + whyNot());
    }
  }

  /** Helidon only logs why it could not bind; trying again tells. */
  private String whyNot() {
    try (var probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(settings.host(), settings.port()));
      return "the server did not start";
    } catch (IOException e) {
      var why = e.getMessage();
      return why == null ? e.getClass().getSimpleName() : why;
    }
  }

  /** What to tell operators of the configuration from now on. */
  public void configuration(ConfigurationNote note) {
    operator.configuration(note);
  }

  /** The bound port. */
  public int port() {
    return web.port();
  }

  /** Drains and stops; blocks at most a little longer than the drain time-out. Idempotent. */
  @Override
  public void close() {
    if (!draining.compareAndSet(false, true)) {
      return;
    }
    connections.drain();
    if (web.isRunning()) {
      var _ = web.stop();
    }
    connections.close();
    streams.close();
    accessLog.close();
    metrics.close();
  }
}
