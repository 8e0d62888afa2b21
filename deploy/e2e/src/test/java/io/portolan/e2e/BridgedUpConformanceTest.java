package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.EverythingProcess;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.toolchain.Conformance;
import io.portolan.e2e.toolchain.Node;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite of 2026-07-28 through the gateway before a server that only has sessions. */
@NeedsDistribution
class BridgedUpConformanceTest {
  private static final String REVISION = "2026-07-28";

  /** What cannot pass by nature; docs/protocol/eras.md has the reasons. */
  private static final Map<String, Set<String>> LOST =
      Map.of(
          "input-required-result-basic-elicitation",
          Set.of("sep-2322-elicitation-incomplete"),
          "input-required-result-multiple-input-requests",
          Set.of("sep-2322-multiple-inputs-incomplete"),
          "server-stateless",
          Set.of(
              "sep-2575-server-rejects-undeclared-capability",
              "sep-2575-missing-capability-http-400"));

  @TempDir static Path dir;

  private static Node node;
  private static EverythingProcess everything;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    node = Node.orSkip();
    everything = EverythingProcess.start("--era", "LEGACY");
    gateway =
        GatewayProcess.up(dir, new McpJson().http("everything", everything.url()).writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, everything);
  }

  private static Conformance.Scenario scenario(Conformance.Run run, String name) {
    var found = run.scenarios().get(name);
    if (found == null) {
      throw new AssertionError(name + " was not run: " + run.output());
    }
    return found;
  }

  @Test
  void everyRequiredCheckPassesButTheOnesThatCannot() throws Exception {
    var suite = new Conformance(node, REVISION);
    var run = suite.run(gateway.endpoint("everything"), dir.resolve("bridged"));
    var lost = new TreeMap<String, Set<String>>();
    for (var required : suite.required()) {
      var failed = new TreeSet<String>();
      for (var check : scenario(run, required).failed()) {
        failed.add(check.substring(0, check.indexOf(':')));
      }
      if (!failed.isEmpty()) {
        lost.put(required, failed);
      }
    }
    System.out.printf(
        "conformance %s before a server with sessions: %d passed / %d failed, required lost: %s%n",
        REVISION, run.passed(), run.failed(), lost);
    assertThat(lost).as(run.output()).isEqualTo(LOST);
  }
}
