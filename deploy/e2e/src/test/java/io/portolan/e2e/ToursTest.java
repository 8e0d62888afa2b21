package io.portolan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.Tour.Stop;
import io.portolan.e2e.process.EverythingProcess;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.toolchain.Node;
import io.portolan.e2e.toolchain.Python;
import io.portolan.e2e.wire.LegacyClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that nobody here wrote use every feature they have: at the endpoint of one server of both
 * eras, and at the federated one before servers of both, the older and the newer era only.
 */
@NeedsDistribution
class ToursTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> SERVERS = List.of("everything", "old", "new");

  @TempDir static Path dir;

  private static EverythingProcess everything;
  private static EverythingProcess old;
  private static EverythingProcess recent;
  private static GatewayProcess gateway;
  private static List<Stop> stops;

  @BeforeAll
  static void start() throws Exception {
    everything = EverythingProcess.start("--era", "dual");
    old = EverythingProcess.start("--era", "legacy");
    recent = EverythingProcess.start("--era", "modern");
    gateway =
        GatewayProcess.up(
            dir,
            new McpJson()
                .http("everything", everything.url())
                .http("old", old.url())
                .http("new", recent.url())
                .writeTo(dir));
    var client = LegacyClient.open(gateway.endpoint(), RealServers.ALL_CAPABILITIES);
    Eventually.isSo(
        "the tools of every server",
        PATIENCE,
        () -> {
          var listed = new String(client.call("tools/list", "{}").result(), UTF_8);
          return SERVERS.stream().allMatch(server -> listed.contains("\"" + server + "__add\""));
        });
    stops =
        List.of(
            new Stop("alone", gateway.endpoint("everything"), ""),
            new Stop("dual", gateway.endpoint(), "everything"),
            new Stop("old", gateway.endpoint(), "old"),
            new Stop("new", gateway.endpoint(), "new"));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, everything, old, recent);
  }

  @ParameterizedTest
  @CsvSource({"v1, legacy", "v2, legacy", "v2, modern"})
  void theTypeScriptSdk(String line, String era) throws Exception {
    var arguments = Tour.arguments(stops, line, era);
    complete(Node.orSkip().script(Tour.script("tour.mjs"), arguments), era);
  }

  @ParameterizedTest
  @ValueSource(strings = {"legacy", "modern"})
  void thePythonSdk(String era) throws Exception {
    var arguments = Tour.arguments(stops, era);
    complete(Python.orSkip().script(Tour.script("tour.py"), arguments), era);
  }

  /** Its command line connects for one method at a time, and can be asked nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"legacy", "modern"})
  void theInspector(String era) throws Exception {
    var home = Files.createDirectories(dir.resolve("home of the inspector")).toString();
    var arguments = Tour.arguments(stops, home, era);
    var command = Node.withInspectorOrSkip().script(Tour.script("inspector.mjs"), arguments);
    var seen = expected(era);
    seen.keySet()
        .retainAll(
            List.of(
                "initialize",
                "tools/list",
                "tools/call",
                "resources/list",
                "resources/templates/list",
                "resources/read",
                "prompts/list",
                "prompts/get"));
    seen.put("content", "image");
    seen.put("errors", "true");
    if (era.equals("legacy")) { // in the newer era every request says its level itself
      seen.put("logging", "{}");
    }
    complete(command, seen);
  }

  private static void complete(List<String> command, String era) throws Exception {
    complete(command, expected(era));
  }

  private static void complete(List<String> command, Map<String, String> expected)
      throws Exception {
    var tour = Tour.by(dir, command);
    for (var stop : stops) {
      assertThat(tour.seen().getOrDefault(stop.name(), Map.of()))
          .as("at the stop '%s' of\n%s", stop.name(), tour.output())
          .containsExactlyInAnyOrderEntriesOf(expected);
    }
  }

  /** What a client of this era must see of each feature, whatever the era of the server. */
  private static Map<String, String> expected(String era) {
    var seen = new LinkedHashMap<String, String>();
    seen.put("initialize", era.equals("modern") ? "2026-07-28" : "2025-11-25");
    seen.put(
        "tools/list",
        "add slow test_audio_content test_embedded_resource test_error_handling"
            + " test_image_content test_sampling test_tool_with_logging test_tool_with_progress");
    seen.put("tools/call", "5 {\"sum\":5}");
    seen.put("content", "image audio resource");
    seen.put("errors", "true -32602");
    seen.put("progress", "0 50 100");
    seen.put("logging", "Tool execution completed, Tool execution started, Tool processing data");
    seen.put("sampling", "LLM response: sampled where to?");
    seen.put("elicitation", "Hello, name of ariadne!");
    seen.put("elicitation twice", "name of ariadne likes color of ariadne");
    seen.put("roots", "Roots: [file:///sea/ariadne]");
    seen.put("resources/list", "true");
    seen.put("resources/templates/list", "true");
    seen.put("resources/read", "true 77");
    seen.put("subscription", "true");
    seen.put("list changed", "true");
    seen.put("prompts/list", "true");
    seen.put("prompts/get", "Prompt with arguments: arg1='north', arg2='west'");
    seen.put("prompts/get asks", "Context: context of ariadne");
    seen.put("completion", "paris park party test testing text");
    seen.put("cancellation", "cancelled, then 23");
    if (era.equals("legacy")) {
      seen.put("ping", "{}");
      seen.put("DELETE", "204");
    }
    return seen;
  }
}
