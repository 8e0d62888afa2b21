package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.EverythingProcess;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.toolchain.Conformance;
import io.portolan.e2e.toolchain.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official suite through {@code /mcp/s/everything}, held against the same suite direct. */
@NeedsDistribution
class ConformanceTest {
  @TempDir static Path dir;

  private static Node node;
  private static EverythingProcess everything;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    node = Node.orSkip();
    everything = EverythingProcess.start();
    gateway =
        GatewayProcess.up(dir, new McpJson().http("everything", everything.url()).writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, everything);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-11-25", "2026-07-28"})
  void everyRequiredScenarioPassesAndNoCheckIsLost(String revision) throws Exception {
    var suite = new Conformance(node, revision);
    var direct = suite.run(everything.url(), dir.resolve("direct-" + revision));
    var through = suite.run(gateway.endpoint("everything"), dir.resolve("through-" + revision));
    print(revision, direct, through);

    assertThat(direct.passed()).as("checks that pass direct").isGreaterThan(40);
    assertThat(lost(direct, through)).as("checks lost through the gateway").isEmpty();
    for (var required : suite.required()) {
      var found =
          through.scenarios().containsKey(required)
              ? through.scenarios().get(required).failed()
              : List.of("was not run");
      assertThat(found).as("required scenario %s", required).isEmpty();
    }
    assertThat(through.exitCode()).as(through.output()).isZero();
  }

  /** The checks, each with its scenario, that passed direct and did not pass through. */
  private static List<String> lost(Conformance.Run direct, Conformance.Run through) {
    var lost = new ArrayList<String>();
    direct
        .scenarios()
        .forEach(
            (name, before) -> {
              var after = through.scenarios().get(name);
              var missing = new ArrayList<>(before.passed());
              if (after != null) {
                after.passed().forEach(missing::remove);
              }
              missing.forEach(
                  check ->
                      lost.add(name + "/" + check + (after == null ? "" : " " + after.failed())));
            });
    return lost;
  }

  private static void print(String revision, Conformance.Run direct, Conformance.Run through) {
    System.out.printf(
        "conformance %s: direct %d passed / %d failed, through Portolan %d passed / %d failed%n",
        revision, direct.passed(), direct.failed(), through.passed(), through.failed());
    direct
        .scenarios()
        .forEach(
            (name, before) -> {
              var after = through.scenarios().get(name);
              System.out.printf(
                  "  %-48s direct %d/%d through %s%n",
                  name,
                  before.passed().size(),
                  before.failed().size(),
                  after == null ? "not run" : after.passed().size() + "/" + after.failed().size());
            });
  }
}
