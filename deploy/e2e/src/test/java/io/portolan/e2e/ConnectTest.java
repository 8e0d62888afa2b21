package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.LegacyClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code portolan connect}: a client that follows the settings it writes reaches the tools. */
@Timeout(120)
class ConnectTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void aClientThatFollowsItsSettingsReachesTheTools(@TempDir Path dir) throws Exception {
    var tool = "{\"name\":\"look\",\"inputSchema\":{\"type\":\"object\"}}";
    try (var server = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.ofTools(List.of(tool)))) {
      var yaml = "servers:\n  chart:\n    url: " + server.url() + "\n";
      try (var gateway = GatewayProcess.configured(dir, yaml)) {
        assertThat(gateway.endpoint()).isNotNull();
        var all = settings(dir, "cursor", "--project", dir.toString(), "--write");
        assertThat(all.path("portolan").path("url").asString())
            .isEqualTo(gateway.endpoint().toString());
        assertThat(tools(all.path("portolan").path("url").asString())).contains("chart__look");
        var one =
            settings(dir, "cursor", "--project", dir.toString(), "--write", "--server", "chart");
        assertThat(one.path("portolan").isMissingNode()).as("the first entry stays").isFalse();
        assertThat(tools(one.path("chart").path("url").asString())).contains("\"look\"");
      }
    }
  }

  @Test
  void anUnknownClientIsTurnedAwayWithTheNamesOfAll(@TempDir Path dir) throws Exception {
    try (var command =
        GatewayProcess.run(dir, "connect", "emacs", "--data-dir", dir.resolve("data").toString())) {
      assertThat(command.exitCode(PATIENCE)).isEqualTo(2);
      command.stderr().awaitEnd(PATIENCE);
      assertThat(command.stderr().tail())
          .contains("client is 'emacs'; expected one of cursor, vscode, claude, claude-desktop");
    }
  }

  private static String tools(String url) throws Exception {
    var answer = LegacyClient.open(URI.create(url)).call("tools/list", "{}");
    return new String(answer.result(), StandardCharsets.UTF_8);
  }

  private static JsonNode settings(Path dir, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of("connect"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--data-dir", dir.resolve("data").toString()));
    try (var command = GatewayProcess.run(dir, all.toArray(String[]::new))) {
      assertThat(command.exitCode(PATIENCE)).as(command.stderr().tail()).isZero();
    }
    var file = Files.readString(dir.resolve(".cursor/mcp.json"));
    return JsonMapper.builder().build().readTree(file).path("mcpServers");
  }
}
