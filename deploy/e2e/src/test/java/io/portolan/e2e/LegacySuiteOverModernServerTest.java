package io.portolan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.EverythingProcess;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.toolchain.Conformance;
import io.portolan.e2e.toolchain.Node;
import io.portolan.e2e.wire.LegacyClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The official suite for 2025-11-25 through the gateway, before a server that speaks 2026-07-28 and
 * nothing else.
 */
@NeedsDistribution
@SuppressWarnings("NullAway.Init")
class LegacySuiteOverModernServerTest {
  private static final String REVISION = "2025-11-25";

  /** What no bridge can keep; docs/protocol/eras.md says why. */
  private static final Set<String> LOST_BY_NATURE =
      Set.of("server-sse-multiple-streams", "server-sse-polling");

  @TempDir static Path dir;

  private static Node node;
  private static EverythingProcess both;
  private static EverythingProcess modernOnly;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    node = Node.orSkip();
    both = EverythingProcess.start();
    modernOnly = EverythingProcess.start("--era", "MODERN");
    var child = EverythingProcess.command("--stdio", "--era", "MODERN");
    gateway =
        GatewayProcess.up(
            dir,
            new McpJson()
                .http("remote", modernOnly.url())
                .stdio("child", child, Map.of())
                .writeTo(dir));
    Eventually.isSo(
        "the tools are listed",
        Duration.ofMinutes(2),
        () -> {
          var client = LegacyClient.open(gateway.endpoint());
          var tools = new String(client.call("tools/list", "{}").result(), UTF_8);
          return tools.contains("remote__") && tools.contains("child__");
        });
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, modernOnly, both);
  }

  @ParameterizedTest
  @ValueSource(strings = {"remote", "child"})
  void everyRequiredScenarioPassesAndOnlyWhatCannotBeKeptIsLost(String server) throws Exception {
    var suite = new Conformance(node, REVISION);
    var direct = suite.run(both.url(), dir.resolve("direct-" + server));
    var through = suite.run(gateway.endpoint(server), dir.resolve("through-" + server));
    System.out.printf(
        "conformance %s: direct %d passed / %d failed, over a modern server (%s) %d passed / %d"
            + " failed%n",
        REVISION, direct.passed(), direct.failed(), server, through.passed(), through.failed());

    assertThat(direct.passed()).as("checks that pass direct").isGreaterThan(40);
    assertThat(through.failed()).as(through.output()).isZero();
    assertThat(scenariosWithLosses(direct, through)).isEqualTo(LOST_BY_NATURE);
    for (var required : suite.required()) {
      assertThat(through.scenarios()).containsKey(required);
    }
    assertThat(through.exitCode()).as(through.output()).isZero();
  }

  private static Set<String> scenariosWithLosses(Conformance.Run direct, Conformance.Run through) {
    var lost = new TreeSet<String>();
    direct
        .scenarios()
        .forEach(
            (name, before) -> {
              var after = through.scenarios().get(name);
              if (after == null || !after.passed().containsAll(before.passed())) {
                lost.add(name);
              }
            });
    return lost;
  }
}
