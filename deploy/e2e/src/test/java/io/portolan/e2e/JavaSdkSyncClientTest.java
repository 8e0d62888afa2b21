package io.portolan.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.modelcontextprotocol.client.AbstractMcpSyncClientTests;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The MCP Java SDK's own tests of its blocking client, with the gateway before the server. */
@NeedsDistribution
class JavaSdkSyncClientTest extends AbstractMcpSyncClientTests {
  /** Inherited tests that cannot hold before a gateway, and why. */
  private static final Map<String, String> CANNOT_HOLD =
      Map.of(
          "testReadResource",
          "it counts the ten resources of the server's first page; the gateway lists all hundred on one");

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

  @BeforeEach
  void skipWhatCannotHold(TestInfo test) {
    var reason = CANNOT_HOLD.get(test.getTestMethod().orElseThrow().getName());
    assumeTrue(reason == null, reason);
  }

  @Override
  protected McpClientTransport createMcpTransport() {
    return server.transportTo("child");
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
