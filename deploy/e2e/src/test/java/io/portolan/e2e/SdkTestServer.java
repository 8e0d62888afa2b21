package io.portolan.e2e;

import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.HttpServerProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.toolchain.Node;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The server that the Java SDK's abstract tests are written for, behind the gateway: at the
 * endpoint of that one server, where its names are its own.
 */
final class SdkTestServer implements AutoCloseable {
  /** Longer than the tests' own two and fourteen seconds: the machine may be busy. */
  static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpServerProcess server;
  private final GatewayProcess gateway;

  private SdkTestServer(HttpServerProcess server, GatewayProcess gateway) {
    this.server = server;
    this.gateway = gateway;
  }

  /** Skips the calling test, visibly, when the server cannot be fetched. */
  static SdkTestServer start(Path dir) throws Exception {
    var node = Node.withServerOfSdkTestsOrSkip();
    var server = HttpServerProcess.start(node.server("server-everything", "streamableHttp"));
    try {
      var json =
          new McpJson()
              .http("web", server.url("/mcp"))
              .stdio("child", node.server("server-everything", "stdio"), Map.of());
      return new SdkTestServer(server, GatewayProcess.up(dir, json.writeTo(dir)));
    } catch (Exception | AssertionError e) {
      server.close();
      throw e;
    }
  }

  /** The SDK's own transport to the gateway's endpoint of "web" or "child". */
  McpClientTransport transportTo(String name) {
    try {
      var endpoint = gateway.endpoint(name);
      var base = URI.create(endpoint.getScheme() + "://" + endpoint.getAuthority());
      return HttpClientStreamableHttpTransport.builder(base.toString())
          .endpoint(endpoint.getPath())
          .connectTimeout(TIMEOUT)
          .build();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    Closing.all(gateway, server);
  }
}
