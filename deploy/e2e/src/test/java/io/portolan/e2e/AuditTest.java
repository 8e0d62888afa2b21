package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.Commands;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.LegacyClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The audit log of a gateway: what it tells, and that a change of it is found. */
@NeedsDistribution
class AuditTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "attack-at-dawn";

  private static RawUpstream upstream;

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    upstream.script(
        call -> Answer.result(call, "{\"content\":[{\"type\":\"text\",\"text\":\"got it\"}]}"));
  }

  @AfterAll
  static void stop() {
    Closing.all(upstream);
  }

  @Test
  void everyCallIsInTheExportWithoutItsArgumentsAndTheLogIsWhole(@TempDir Path dir)
      throws Exception {
    try (var gateway = gateway(dir)) {
      var client = LegacyClient.open(gateway.endpoint());
      client.callTool("raw__play", "{\"order\":\"" + SECRET + "\"}").result();
      client.callTool("raw__play", "{\"order\":\"" + SECRET + "\"}").result();
      client.callTool("raw__play", "{\"order\":\"another\"}").result();
      assertThat(gateway.terminate()).isZero();
    }
    var exported = export(dir, "export.jsonl");
    var calls =
        exported.stream()
            .map(line -> line.path("event"))
            .filter(event -> event.path("type").asString("").equals("tool_call"))
            .toList();
    assertThat(calls).hasSize(3);
    for (var call : calls) {
      assertThat(call.path("tenant_id").asString()).isEqualTo("development");
      assertThat(call.path("principal").asString()).isEqualTo("anonymous");
      assertThat(call.path("method").asString()).isEqualTo("tools/call");
      assertThat(call.path("server").asString()).isEqualTo("raw");
      assertThat(call.path("tool_id").asString()).isEqualTo("play");
      assertThat(call.path("execution_status").asString()).isEqualTo("ok");
      assertThat(call.path("policy_decision").asString()).isEqualTo("allow");
      assertThat(call.path("latency_ms").isNumber()).isTrue();
      assertThat(call.path("trace_id").asString()).matches("[0-9a-f]{32}");
      assertThat(call.path("input_hash").asString()).matches("hmac-sha256:[0-9a-f]{64}");
    }
    var hashes = calls.stream().map(call -> call.path("input_hash").asString()).toList();
    assertThat(hashes.get(0)).isEqualTo(hashes.get(1)).isNotEqualTo(hashes.get(2));
    assertThat(Files.readString(dir.resolve("export.jsonl"))).doesNotContain(SECRET);
    assertThat(exported).anyMatch(line -> line.has("checkpoint"));
    assertThat(audit(dir, 0, "verify")).contains("The audit log is whole");
  }

  @Test
  void theLogIsReadWhileTheGatewayRunsAndWholeAfterAKill(@TempDir Path dir) throws Exception {
    try (var gateway = gateway(dir)) {
      var client = LegacyClient.open(gateway.endpoint());
      for (int i = 0; i < 50; i++) {
        client.callTool("raw__play", "{\"order\":" + i + "}").result();
      }
      assertThat(audit(dir, 0, "verify")).contains("The audit log is whole");
      assertThat(gateway.get("/metrics").text())
          .as("statements to the store, by table, kind and outcome")
          .contains("portolan_store_statements_seconds_count{kind=");
      gateway.kill();
    }
    assertThat(audit(dir, 0, "verify")).contains("The audit log is whole");
    try (var gateway = gateway(dir)) {
      LegacyClient.open(gateway.endpoint()).callTool("raw__play", "{}").result();
      assertThat(gateway.terminate()).isZero();
    }
    assertThat(audit(dir, 0, "verify")).contains("The audit log is whole");
  }

  @Test
  void aTruncatedLogIsFoundWithAnEarlierExport(@TempDir Path dir) throws Exception {
    try (var gateway = gateway(dir)) {
      LegacyClient.open(gateway.endpoint()).callTool("raw__play", "{}").result();
      assertThat(gateway.terminate()).isZero();
    }
    export(dir, "before.jsonl");
    var store = dir.resolve("data/store");
    try (var files = Files.list(store)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    try (var gateway = gateway(dir)) {
      assertThat(gateway.terminate()).isZero();
    }
    assertThat(audit(dir, 1, "verify", "--checkpoints", dir.resolve("before.jsonl").toString()))
        .contains("First bad record: development, chain gateway, record 1: ");
  }

  @Test
  void aCallThatMayDestroyIsRecordedBeforeItIsMade(@TempDir Path dir) throws Exception {
    var tool =
        "{\"name\":\"drop\",\"inputSchema\":{\"type\":\"object\"},"
            + "\"annotations\":{\"destructiveHint\":true}}";
    try (var server = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.ofTools(List.of(tool)))) {
      server.script(_ -> new Answer.Live(out -> out.awaitClosedByPeer()));
      var yaml = "audit: everybody\nservers:\n  grave:\n    url: " + server.url() + "\n";
      try (var gateway = GatewayProcess.configured(dir, yaml)) {
        var client = LegacyClient.open(gateway.endpoint());
        var call = Thread.ofVirtual().unstarted(() -> silently(client, "grave__drop"));
        call.start();
        var _ = server.await("the call", each -> each.is("tools/call"), PATIENCE);
        gateway.kill();
        call.join();
      }
    }
    var calls =
        export(dir, "killed.jsonl").stream()
            .map(line -> line.path("event"))
            .filter(event -> event.path("tool_id").asString("").equals("drop"))
            .toList();
    assertThat(calls).hasSize(1);
    assertThat(calls.getFirst().path("execution_status").asString()).isEqualTo("intended");
    assertThat(audit(dir, 0, "verify")).contains("The audit log is whole");
  }

  private static void silently(LegacyClient client, String tool) {
    try {
      var _ = client.callTool(tool, "{}");
    } catch (IOException _) {
      // The gateway is killed meanwhile.
    }
  }

  private static GatewayProcess gateway(Path dir) throws Exception {
    var yaml =
        """
        audit: everybody
        servers:
          raw:
            url: %s
        """
            .formatted(upstream.url());
    return GatewayProcess.configured(dir, yaml);
  }

  private static List<JsonNode> export(Path dir, String name) throws Exception {
    var file = dir.resolve(name);
    audit(dir, 0, "export", "--out", file.toString());
    var mapper = new ObjectMapper();
    return Files.readAllLines(file).stream().map(mapper::readTree).toList();
  }

  private static String audit(Path dir, int expected, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of("audit"));
    all.addAll(List.of(arguments));
    return Commands.run(dir, expected, all);
  }
}
