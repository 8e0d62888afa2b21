package io.portolan.e2e;

import io.modelcontextprotocol.client.AbstractMcpAsyncClientTests;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The MCP Java SDK's own tests of its asynchronous client, with the gateway before the server. */
@NeedsDistribution
class JavaSdkAsyncClientTest extends AbstractMcpAsyncClientTests {
  @TempDir static Path dir;

  private static SdkTestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = SdkTestServer.start(dir);
  }

  @AfterAll
  static void stop() {
    Closing.all(server);
  }

  @Override
  protected McpClientTransport createMcpTransport() {
    return server.transportTo("web");
  }

  @Override
  protected Duration getRequestTimeout() {
    return SdkTestServer.TIMEOUT;
  }

  @Override
  protected Duration getInitializationTimeout() {
    return SdkTestServer.TIMEOUT;
  }
}
