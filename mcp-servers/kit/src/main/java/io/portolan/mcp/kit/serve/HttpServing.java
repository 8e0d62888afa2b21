package io.portolan.mcp.kit.serve;

import io.helidon.webserver.WebServer;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.legacy.LegacySessions;
import io.portolan.mcp.kit.legacy.SdkServer;
import io.portolan.mcp.kit.modern.ModernServer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;

/** A server offered over HTTP at the path {@code /mcp}, until it is closed. */
public final class HttpServing implements AutoCloseable {
  private static final String PATH = "/mcp";

  private final WebServer web;
  private final ModernServer modern;
  private final SdkServer sdk;
  private final LegacySessions sessions;
  private final URI endpoint;

  private HttpServing(ToolServer server, HttpOptions options) {
    this.sessions = new LegacySessions(options.sessionsMax());
    this.sdk = new SdkServer(server, sessions);
    this.modern = new ModernServer(server, Clock.systemUTC());
    var endpoint = new McpEndpoint(options, modern, sessions);
    this.web =
        WebServer.builder()
            .host(options.host())
            .port(options.port())
            // Off by default in Helidon; without it each small event waits for an ACK, 40 ms.
            .connectionOptions(socket -> socket.tcpNoDelay(true))
            .shutdownHook(false)
            .shutdownGracePeriod(Duration.ofMillis(300))
            .routing(routing -> routing.register(PATH, endpoint))
            .build();
    web.start();
    this.endpoint = URI.create("http://" + options.host() + ":" + web.port() + PATH);
  }

  /**
   * Binds the port and serves.
   *
   * @throws IllegalStateException when the port cannot be bound
   */
  public static HttpServing start(ToolServer server, HttpOptions options) {
    return new HttpServing(server, options);
  }

  /** The URL clients connect to. */
  public URI endpoint() {
    return endpoint;
  }

  /** Whether small writes go out at once (TCP_NODELAY), for tests. */
  boolean sendsAtOnce() {
    return web.prototype().connectionOptions().tcpNoDelay();
  }

  /** Ends the open streams in good order, then the connections. Idempotent. */
  @Override
  public void close() {
    modern.close();
    sdk.close();
    sessions.close();
    web.stop();
  }
}
