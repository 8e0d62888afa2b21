package io.portolan.e2e;

import static io.portolan.e2e.OfficialClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.HttpServerProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.toolchain.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One real server over each transport there is: as a child, Streamable HTTP, and HTTP+SSE. */
@NeedsDistribution
class TransportsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir static Path dir;

  private static HttpServerProcess streamable;
  private static HttpServerProcess sse;
  private static GatewayProcess gateway;
  private static OfficialClient client;

  @BeforeAll
  static void start() throws Exception {
    var node = Node.orSkip();
    streamable = HttpServerProcess.start(node.server("server-everything", "streamableHttp"));
    sse = HttpServerProcess.start(node.server("server-everything", "sse"));
    gateway =
        GatewayProcess.up(
            dir,
            new McpJson()
                .stdio("child", node.server("server-everything", "stdio"), Map.of())
                .http("web", streamable.url("/mcp"))
                .http("events", sse.url("/sse"))
                .writeTo(dir));
    client = OfficialClient.http(gateway.endpoint(), "ariadne");
  }

  @AfterAll
  static void stop() {
    Closing.all(client, gateway, streamable, sse);
  }

  @ParameterizedTest
  @ValueSource(strings = {"child", "web", "events"})
  void toolsAreListedAndCalled(String server) {
    assertThat(client.toolNames()).contains(server + "__echo", server + "__get-sum");
    assertThat(text(client.call(server + "__echo", Map.of("message", "ahoy")))).contains("ahoy");
    assertThat(text(client.call(server + "__get-sum", Map.of("a", 40, "b", 2)))).contains("42");
    var structured =
        client.call(server + "__get-structured-content", Map.of("location", "Chicago"));
    assertThat(structured.structuredContent()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"child", "web", "events"})
  void progressIsReportedInOrder(String server) throws Exception {
    client.call(
        server + "__trigger-long-running-operation",
        Map.of("duration", 1, "steps", 4),
        "token of " + server);
    Eventually.isSo(
        "four reports",
        PATIENCE,
        () ->
            client.progress().stream()
                    .filter(report -> report.progressToken().equals("token of " + server))
                    .count()
                >= 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"child", "web", "events"})
  void theServerAsksTheClient(String server) {
    var sampled =
        client.call(
            server + "__trigger-sampling-request", Map.of("prompt", "whither", "maxTokens", 10));
    assertThat(text(sampled)).contains("sampled by ariadne");
    assertThat(client.asked()).anyMatch(asked -> asked.contains("whither"));
    var elicited = client.call(server + "__trigger-elicitation-request", Map.of());
    assertThat(text(elicited)).isNotBlank();
    assertThat(text(client.call(server + "__get-roots-list", Map.of()))).contains("/sea/ariadne");
  }
}
