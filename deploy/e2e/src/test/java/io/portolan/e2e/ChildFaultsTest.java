package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.faults.BadChild;
import io.portolan.e2e.faults.BadChild.Way;
import io.portolan.e2e.faults.HealthyTraffic;
import io.portolan.e2e.process.Figures;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.ModernClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Child processes that misbehave, each in a gateway of its own beside a server that is well. */
@NeedsDistribution
class ChildFaultsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final double HEAP_GROWTH_MIB = 48;

  @TempDir Path dir;

  /** A gateway over one child that misbehaves and one server that is well and busy. */
  private record Scene(Way way, RawUpstream well, GatewayProcess gateway, HealthyTraffic traffic)
      implements AutoCloseable {
    static Scene of(Way way, Path dir) throws Exception {
      var well = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
      var mcpJson =
          new McpJson()
              .http("well", well.url())
              .stdio(way.server(), BadChild.command(way), Map.of())
              .writeTo(dir);
      var gateway = GatewayProcess.up(dir, mcpJson);
      var traffic = HealthyTraffic.to(well, gateway.endpoint(), "well__play");
      return new Scene(way, well, gateway, traffic);
    }

    Answered call() throws Exception {
      return new ModernClient(gateway.endpoint()).callTool(way.server() + "__play", "{}");
    }

    JsonNode health() throws Exception {
      return gateway.health(way.server());
    }

    void assertOthersAreServed() throws InterruptedException {
      var before = traffic.calls();
      Eventually.isSo("others are served", PATIENCE, () -> traffic.calls() >= before + 20);
    }

    @Override
    public void close() {
      Closing.all(traffic, gateway, well);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SPAMS_STDERR", "WRITES_GARBAGE", "FORKS", "IGNORES_SIGTERM"})
  void whatItDoesBesidesChangesNoAnswer(Way way) throws Exception {
    try (var scene = Scene.of(way, dir)) {
      assertThat(scene.call().result()).isNotEmpty();
      scene.assertOthersAreServed();
      assertThat(scene.health().path("status").asString()).isEqualTo("up");

      var all = scene.gateway().descendants();
      assertThat(all).isNotEmpty();
      scene.traffic().close();
      scene.gateway().terminate();
      Eventually.isSo(
          "nothing it started is left",
          PATIENCE,
          () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void oneThatEndsAtOnceIsPutInQuarantine() throws Exception {
    try (var scene = Scene.of(Way.EXITS_AT_ONCE, dir)) {
      Eventually.isSo(
          "it is in quarantine",
          PATIENCE,
          () ->
              scene
                  .health()
                  .path("reason")
                  .asString()
                  .matches("(?s).*quarantined after \\d+ quick failures.*"));
      scene.assertOthersAreServed();
    }
  }

  @Test
  void oneThatEndsWhenItIsCalledIsStartedAgain() throws Exception {
    try (var scene = Scene.of(Way.EXITS_WHEN_CALLED, dir)) {
      var first = scene.call();
      assertThat(first.errorCode()).as(first.toString()).isEqualTo(-31010);
      assertThat(first.errorMessage()).contains("may have taken effect");
      Eventually.isSo(
          "another one is called",
          PATIENCE,
          () -> scene.call().errorMessage().contains("may have taken effect"));
      scene.assertOthersAreServed();
    }
  }

  @Test
  void aLineWithoutEndIsCutOffAndKeptNowhere() throws Exception {
    try (var scene = Scene.of(Way.ENDLESS_LINE, dir)) {
      var figures = new Figures(scene.gateway());
      var before = figures.heapMiB();
      var answer = scene.call();
      assertThat(answer.errorCode()).as(answer.toString()).isEqualTo(-31010);
      scene.assertOthersAreServed();
      Eventually.isSo(
          "the heap is where it was: " + before,
          PATIENCE,
          () -> figures.heapMiB() < before + HEAP_GROWTH_MIB);
    }
  }
}
