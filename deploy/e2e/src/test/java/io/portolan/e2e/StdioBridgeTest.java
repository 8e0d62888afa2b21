package io.portolan.e2e;

import static io.portolan.e2e.OfficialClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.EverythingProcess;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.process.Repository;
import io.portolan.e2e.process.StdioClient;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;

/** A client that only speaks stdio, through {@code ./portolan stdio}. */
@NeedsDistribution
class StdioBridgeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path dir;

  private static EverythingProcess everything;
  private static RawUpstream raw;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    everything = EverythingProcess.start();
    raw = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
    gateway =
        GatewayProcess.up(
            dir, new McpJson().http("web", everything.url()).http("raw", raw.url()).writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, everything, raw);
  }

  @Test
  void theOfficialClientToursTheFederation() throws Exception {
    try (var client = OfficialClient.stdio(bridge(gateway.endpoint()), environment(), "stdia")) {
      assertThat(client.toolNames()).contains("web__test_simple_text", "raw__play");
      assertThat(text(client.call("web__test_simple_text", Map.of()))).isNotBlank();
      client.call("web__test_tool_with_progress", Map.of(), "t");
      Eventually.isSo("progress", PATIENCE, () -> client.progress().size() == 3);
      assertThat(text(client.call("web__test_sampling", Map.of("prompt", "?"))))
          .contains("sampled by stdia");
      assertThat(text(client.call("web__test_elicitation", Map.of("message", "?"))))
          .contains("stdia");
      assertThat(client.sdk().listPrompts().prompts()).isNotEmpty();
      assertThat(client.sdk().listResources().resources()).isNotEmpty();
    }
  }

  @Test
  void aModernClientIsBridgedToo() throws Exception {
    var modern = new ModernClient(gateway.endpoint());
    try (var bridge = StdioClient.bare(bridge(gateway.endpoint()), environment())) {
      bridge.write(modern.message("\"m1\"", "server/discover", ""));
      var discovered = line(bridge, "m1");
      assertThat(discovered).contains(ModernClient.VERSION);
      bridge.write(
          modern.message("\"m2\"", "tools/call", "\"name\":\"raw__play\",\"arguments\":{}"));
      assertThat(line(bridge, "m2")).contains("\"id\":\"m2\"");
    }
  }

  @Test
  void bytesPassUnaltered() throws Exception {
    var result = "{\"content\":[],\"n\":18446744073709551617,\"d\":1.10,\"s\":\"\\u00e9\\/\"}";
    raw.script(call -> Answer.result(call, result));
    try (var bridge = StdioClient.start(bridge(gateway.endpoint("raw")), environment(), "{}")) {
      var arguments = "{\"n\":-99999999999999999999,\"e\":1E400,\"s\":\"\\ud83d\\uDE00\"}";
      bridge.write(
          LegacyClient.message(
              "\"b1\"", "tools/call", "{\"name\":\"play\",\"arguments\":" + arguments + "}"));
      assertThat(line(bridge, "b1")).contains("\"result\":" + result);
      assertThat(raw.last("tools/call").json().text("params", "arguments")).isEqualTo(arguments);
    }
  }

  @Test
  void everyLineOnItsOutputIsAMessageAndItEndsWithItsInput() throws Exception {
    try (var bridge = StdioClient.start(bridge(gateway.endpoint()), environment(), "{}")) {
      assertThat(bridge.call("tools/list", "{}").path("result").path("tools")).isNotEmpty();
      assertThat(bridge.call("chart/draw", "{}").path("error").path("code").asInt())
          .isEqualTo(-32601);
      bridge.write("this is no message");
      assertThat(bridge.call("ping", "{}").has("result")).isTrue();
      bridge.closeInput();
      assertThat(bridge.process().waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      assertThat(bridge.process().exitValue()).isZero();
      bridge.stdout().awaitEnd(PATIENCE);
      for (var line : bridge.stdout().lines()) {
        assertThat(new ObjectMapper().readTree(line).path("jsonrpc").asString())
            .as(line)
            .isEqualTo("2.0");
      }
    }
  }

  @Test
  void aBridgeMayBringItsOwnGateway(@TempDir Path own) throws Exception {
    var file = new McpJson().http("raw", raw.url()).writeTo(own);
    var command =
        List.of(
            Repository.root().resolve("portolan").toString(),
            "stdio",
            "--mcp-json",
            file.toString(),
            "--data-dir",
            own.resolve("data").toString());
    try (var bridge = StdioClient.start(command, environment(), "{}")) {
      assertThat(bridge.list("tools/list", "tools"))
          .extracting(tool -> tool.path("name").asString())
          .containsExactly("raw__play");
      var all = bridge.process().descendants().toList();
      bridge.closeInput();
      assertThat(bridge.process().waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      Eventually.isSo(
          "nothing is left", PATIENCE, () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  private static List<String> bridge(URI endpoint) {
    return List.of(
        Repository.root().resolve("portolan").toString(), "stdio", "--url", endpoint.toString());
  }

  private static Map<String, String> environment() {
    return Map.of(
        "PORTOLAN_SKIP_BUILD",
        "1",
        "JAVA_HOME",
        System.getProperty("java.home"),
        "PORTOLAN_HOME",
        dir.toString());
  }

  /** The line that answers the request of that id. */
  private static String line(StdioClient bridge, String id) throws InterruptedException {
    return bridge.stdout().await(Pattern.compile("^.*\"id\":\"" + id + "\".*$"), PATIENCE).group();
  }
}
