package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.HttpRequest;
import io.portolan.e2e.wire.LegacyClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a session lives: past a restart, not past its deletion, and not for nobody. */
@NeedsDistribution
class SessionLifeTest {
  private static final int ABANDONED = 10_000;

  @TempDir Path dir;

  private RawUpstream upstream;

  @BeforeEach
  void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    upstream.script(call -> Answer.json(Answer.response(call, "{\"content\":[]}")));
  }

  @AfterEach
  void stop() {
    Closing.all(upstream);
  }

  private GatewayProcess up(int port, String... limits) throws Exception {
    var mcpJson = new McpJson().http("raw", upstream.url()).writeTo(dir);
    var config =
        Files.writeString(
            dir.resolve("portolan.yaml"),
            "access-log: off\nlimits:\n  drain-timeout: 1s\n  " + String.join("\n  ", limits));
    return GatewayProcess.run(
            dir,
            "up",
            "--port",
            Integer.toString(port),
            "--data-dir",
            dir.resolve("data").toString(),
            "--config",
            config.toString(),
            "--mcp-json",
            mcpJson.toString())
        .ready();
  }

  @Test
  void aClientDoesNotNoticeARestart() throws Exception {
    LegacyClient kept;
    LegacyClient deleted;
    int port;
    try (var gateway = up(0)) {
      port = gateway.endpoint().getPort();
      kept = LegacyClient.open(gateway.endpoint());
      deleted = LegacyClient.open(gateway.endpoint());
      assertThat(kept.callTool("raw__play", "{}").status()).isEqualTo(200);
      gateway.terminate();
    }
    try (var gateway = up(port)) {
      assertThat(gateway.endpoint().getPort()).isEqualTo(port);
      assertThat(kept.callTool("raw__play", "{}").status()).isEqualTo(200);
      try (var listening = kept.listen()) {
        assertThat(listening).isNotNull();
      }
      assertThat(deleted.delete().status()).isEqualTo(204);
      assertThat(deleted.call("ping", "{}").status()).isEqualTo(404);
      assertThat(kept.call("ping", "{}").status()).isEqualTo(200);
    }
  }

  @Test
  void whatNobodyUsesIsForgotten() throws Exception {
    try (var gateway =
        up(
            0,
            "session-idle-timeout: 2s",
            "sessions-max: 20000",
            "sessions-per-principal-max: 20000")) {
      var initialize =
          LegacyClient.message(
              "1", "initialize", LegacyClient.initializeParams(LegacyClient.LATEST, "{}"));
      var request =
          HttpRequest.post(
              "/mcp", LegacyClient.accepting(), initialize.getBytes(StandardCharsets.UTF_8));
      try (var connection = HttpConnection.to(gateway.endpoint())) {
        for (int i = 0; i < ABANDONED; i++) {
          assertThat(connection.exchange(request).status()).isEqualTo(200);
        }
      }
      Eventually.isSo(
          "all sessions have expired",
          Duration.ofSeconds(60),
          () -> gateway.metric("portolan_sessions") == 0);
      assertThat(gateway.metric("portolan_limit_reached_total{limit=\"session-idle-timeout\"}"))
          .isEqualTo(ABANDONED);
      assertThat(instances(gateway, "io.portolan.gateway.core.session.LegacySession"))
          .as("sessions that are still in memory")
          .isZero();
    }
  }

  /** How many objects of a class are alive, after a collection that the count makes. */
  private static int instances(GatewayProcess gateway, String type)
      throws IOException, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var pid = Long.toString(gateway.jvm().pid());
    var process =
        new ProcessBuilder(jcmd, pid, "GC.class_histogram").redirectErrorStream(true).start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(text).as("a histogram").contains("java.lang.String");
    return text.lines()
        .map(String::strip)
        .filter(line -> line.endsWith(" " + type))
        .mapToInt(line -> Integer.parseInt(line.split("\\s+")[1]))
        .sum();
  }
}
