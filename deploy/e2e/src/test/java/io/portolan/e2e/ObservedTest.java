package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.LegacyClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;

/** What an operator sees: health, one line per call, metrics, one trace across the hops. */
@NeedsDistribution
class ObservedTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final String SECRET = "attack-at-dawn";

  @TempDir static Path dir;

  private static RawUpstream upstream;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    upstream.script(
        call -> Answer.result(call, "{\"content\":[{\"type\":\"text\",\"text\":\"got it\"}]}"));
    gateway = GatewayProcess.up(dir, new McpJson().http("raw", upstream.url()).writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, upstream);
  }

  @Test
  void itLivesAtOnceAndIsReadyOnceTheServersAreAsked() throws Exception {
    assertThat(gateway.get("/health/live").status()).isEqualTo(200);
    var ready = gateway.get("/health/ready");
    assertThat(ready.status()).isEqualTo(200);
    var json = new ObjectMapper().readTree(ready.body());
    assertThat(json.path("status").asString()).isEqualTo("ready");
    assertThat(gateway.health("raw").path("tools").asInt()).isEqualTo(1);
    assertThat(gateway.health("raw").path("era").asString()).isNotBlank();
  }

  @Test
  void aCallIsOneLineWithoutItsArguments() throws Exception {
    var client = LegacyClient.open(gateway.endpoint());
    client.callTool("raw__play", "{\"order\":\"" + SECRET + "\"}").result();
    var line =
        new ObjectMapper()
            .readTree(
                gateway
                    .stdout()
                    .await(Pattern.compile("^\\{.*\"tools/call\".*\\}$"), PATIENCE)
                    .group());
    for (var member :
        new String[] {"ts", "trace", "tenant", "session", "method", "server", "tool", "outcome"}) {
      assertThat(line.has(member)).as("%s in %s", member, line).isTrue();
    }
    assertThat(line.path("method").asString()).isEqualTo("tools/call");
    assertThat(line.path("server").asString()).isEqualTo("raw");
    assertThat(line.path("tool").asString()).isEqualTo("play");
    assertThat(client.sessionId().orElseThrow())
        .as("the log must not hold the whole session id")
        .isNotEqualTo(line.path("session").asString());
    assertThat(String.join("\n", gateway.stdout().lines()))
        .doesNotContain(SECRET)
        .doesNotContain("got it");
    assertThat(String.join("\n", gateway.stderr().lines())).doesNotContain(SECRET);
  }

  @Test
  void aTraceGoesOnAtTheServer() throws Exception {
    var client = LegacyClient.open(gateway.endpoint());
    upstream.forgetReceived();
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var call =
          LegacyClient.message("1", "tools/call", "{\"name\":\"raw__play\",\"arguments\":{}}");
      var reply =
          connection.exchange(
              client
                  .request(utf8(call))
                  .with("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"));
      assertThat(reply.status()).isEqualTo(200);
    }
    var arrived = upstream.await("the call", m -> m.is("tools/call"), PATIENCE);
    // whether with a span of its own or the caller's: the gateway may be no part of the trace
    assertThat(arrived.headers().first("traceparent").orElse("none"))
        .matches("00-" + TRACE + "-[0-9a-f]{16}-01");
    assertThat(
            gateway.stdout().await(Pattern.compile("^\\{.*" + TRACE + ".*\\}$"), PATIENCE).group())
        .contains("tools/call");
  }

  @Test
  void metricsHaveUnitsAndNoNamesThatCallersChoose() throws Exception {
    var client = LegacyClient.open(gateway.endpoint());
    client.callTool("raw__play", "{}").result();
    for (int i = 0; i < 50; i++) {
      client.callTool("raw__made-up-" + i, "{}");
      client.call("made/up/" + i, "{}");
    }
    var metrics = gateway.get("/metrics");
    assertThat(metrics.status()).isEqualTo(200);
    assertThat(metrics.headers().first("Content-Type").orElse("")).startsWith("text/plain");
    assertThat(metrics.text()).contains("_seconds").contains("_total").contains("# TYPE");
    assertThat(metrics.text()).doesNotContain("made-up").doesNotContain("made/up");
    assertThat(metrics.text().lines().count()).isLessThan(2_000);
  }

  @Test
  void theRegistryIsReadWithoutSigningInWhereEverythingIs() throws Exception {
    for (var path : List.of("/v0.1/servers", "/v0/servers", "/v0.1/ping", "/v0.1/health")) {
      assertThat(gateway.get(path).status()).as(path).isEqualTo(200);
    }
    assertThat(gateway.get("/v0.1/servers/none%2Fsuch/versions").status()).isEqualTo(404);
    assertThat(gateway.get("/api/v1/servers").status()).isEqualTo(401);
  }

  @Test
  void anEndpointThatIsNoneIsNotFound() throws Exception {
    assertThat(gateway.get("/").status()).isIn(200, 404);
    assertThat(gateway.get("/health/nothing").status()).isEqualTo(404);
    assertThat(gateway.get("/mcp/../health/live/%2e%2e/x").status()).isBetween(400, 499);
  }
}
