package io.portolan.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.ServerStatus;
import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.upstream.Condition;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorEndpointsTest {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "[a-zA-Z_:][a-zA-Z0-9_:]*(\\{([a-z_]+=\"[^\"]*\",?)*\\})? (NaN|[-+]?[0-9.eE+-]+|\\+Inf)");

  private EdgeFixture edge;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    edge = new EdgeFixture();
    client = edge.client();
  }

  @AfterEach
  void stop() throws IOException {
    edge.close();
  }

  @Test
  void theProcessIsLiveFromTheStart() throws IOException {
    edge.gateway.ready = false;

    var response = client.exchange(RawClient.request("GET", "/health/live"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-type")).isEqualTo("application/json");
  }

  @Test
  void readinessTellsOfEachServer() throws IOException {
    edge.gateway.servers =
        List.of(
            new ServerStatus(
                "files",
                Health.UP,
                "legacy",
                "stdio",
                14,
                1,
                2,
                EdgeFixture.NOW,
                "",
                Condition.UNWATCHED),
            new ServerStatus(
                "we\"ather",
                Health.DOWN,
                "",
                "http",
                0,
                0,
                0,
                EdgeFixture.NOW,
                "refused",
                new Condition(
                    Condition.Circuit.HALF_OPEN, EdgeFixture.NOW, "it broke off", 3, 1, 0, 0)));

    var response = client.exchange(RawClient.request("GET", "/health/ready"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            """
            {"status":"ready","servers":{"files":{"status":"up","era":"legacy",\
            "transport":"stdio","tools":14,"resources":1,"prompts":2,\
            "since":"2026-11-21T10:20:30.456Z","calls":{"circuit":"closed","inFlight":0}},"we\\"ather":{"status":"down","era":"",\
            "transport":"http","tools":0,"resources":0,"prompts":0,\
            "since":"2026-11-21T10:20:30.456Z","reason":"refused",\
            "calls":{"circuit":"half-open","inFlight":3,"since":"2026-11-21T10:20:30.456Z",\
            "reason":"it broke off"}}}}""");
  }

  @Test
  void beforeTheFirstDiscoveryItIsNotReady() throws IOException {
    edge.gateway.ready = false;

    var response = client.exchange(RawClient.request("GET", "/health/ready"));

    assertThat(response.status()).isEqualTo(503);
    assertThat(response.body()).startsWith("{\"status\":\"starting\"");
  }

  @Test
  void headHasTheHeadersAndNoBody() throws IOException {
    client.send(RawClient.request("HEAD", "/health/live"));
    var head = client.receive(true);

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-length")).isEqualTo("18");
    assertThat(client.exchange(RawClient.request("GET", "/health/live")).body()).hasSize(18);
  }

  @Test
  void healthIsOnlyRead() throws IOException {
    var response = client.exchange(RawClient.post("/health/ready", "{}"));

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.header("allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void elsewhereTheReplySaysWhereToLook() throws IOException {
    for (var path : new String[] {"/", "/mcp/", "/mcp/s/", "/mcp/s/a/b", "/MCP", "/sse?x=1"}) {
      var response = client.exchange(RawClient.post(path, "{}"));

      assertThat(response.status()).as(path).isEqualTo(404);
      assertThat(response.body()).contains("/mcp/s/{server}", "/health/ready", "/metrics");
    }
  }

  @Test
  void metricsAreInThePrometheusTextFormatWithUnitsAndBoundedLabels() throws IOException {
    client.exchange(RawClient.post("/mcp", "{}"));
    client.exchange(RawClient.post("/mcp", "{}").replace("localhost", "evil.example"));

    var response = client.exchange(RawClient.request("GET", "/metrics"));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-type")).startsWith("text/plain; version=0.0.4");
    assertThat(response.body().lines().filter(line -> !line.startsWith("#")))
        .allMatch(line -> SAMPLE.matcher(line).matches());
    assertThat(response.body())
        .contains(
            "portolan_requests_seconds_count{era=\"legacy\",method=\"tools/call\",outcome=\"ok\"} 1",
            "portolan_requests_seconds_count{era=\"none\",method=\"other\",outcome=\"bad_request\"}",
            "portolan_requests_seconds_bucket{",
            "le=\"0.001\"",
            "portolan_sessions 3.0",
            "portolan_streams 2.0",
            "portolan_calls_in_flight 1.0",
            "portolan_tools 42.0",
            "portolan_connections 1.0",
            "portolan_access_log_dropped_lines_total 0.0",
            "jvm_memory_used_bytes{",
            "process_uptime_seconds");
    assertThat(response.body()).doesNotContain("\"read\"", "\"files\"");
  }
}
