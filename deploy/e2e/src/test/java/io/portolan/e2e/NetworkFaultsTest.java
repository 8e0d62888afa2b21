package io.portolan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.faults.ChaosProxy;
import io.portolan.e2e.faults.HangsOnConnect;
import io.portolan.e2e.faults.Trouble;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.upstream.Received;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Servers that cannot be reached, for a while or for good, and networks that lose what they carry.
 */
@NeedsDistribution
class NetworkFaultsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int CHAOS_CALLS = 60;

  @TempDir Path dir;

  private GatewayProcess gateway(String resilience, URI server) throws Exception {
    return GatewayProcess.configured(
        dir,
        "access-log: off\nresilience: {%s}\nservers:\n  far: {url: '%s', timeout: 3s}\n"
            .formatted(resilience, server));
  }

  private static Answered call(GatewayProcess gateway) throws Exception {
    return new ModernClient(gateway.endpoint()).callTool("far__play", "{\"n\":7}");
  }

  private static Answer echo(Received call) {
    var arguments = call.json().text("params", "arguments");
    return Answer.result(
        call,
        "{\"content\":[],\"structuredContent\":" + arguments + ",\"resultType\":\"complete\"}");
  }

  private static boolean isAnswered(Answered answer) {
    return new String(answer.response(), UTF_8).contains("\"structuredContent\":{\"n\":7}");
  }

  /** How it is not there. */
  enum Absence {
    REFUSES,
    HANGS
  }

  /** The circuit would stay open for ten minutes, but the server is seen to be back before. */
  @ParameterizedTest
  @EnumSource
  void aServerThatCannotBeReachedIsLeftAloneUntilItIsBack(Absence absence) throws Exception {
    try (var server = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
        var gateway = gateway("open-min: 10m, open-max: 10m", server.url())) {
      server.script(NetworkFaultsTest::echo);
      assertThat(isAnswered(call(gateway))).isTrue();

      server.stop();
      var hanging = absence == Absence.HANGS ? new HangsOnConnect(server.port()) : null;
      try {
        var first = call(gateway);
        assertThat(first.errorCode()).as(first.toString()).isIn(-31010, -31011);
        assertThat(first.json().text("error", "data", "mayHaveRun")).isEqualTo("false");
        Eventually.isSo(
            "it is called no more",
            PATIENCE,
            () -> call(gateway).errorMessage().contains("is not called since 20"));
        Eventually.isSo(
            "it is down",
            PATIENCE,
            () -> gateway.health("far").path("status").asString().equals("down"));
        var listed = new ModernClient(gateway.endpoint()).call("tools/list", "").result();
        assertThat(new String(listed, UTF_8)).as("its tools stay listed").contains("far__play");
      } finally {
        if (hanging != null) {
          hanging.close();
        }
      }

      server.startAgain();
      Eventually.isSo("it is called again", PATIENCE, () -> isAnswered(call(gateway)));
      assertThat(gateway.health("far").path("calls").path("circuit").asString())
          .isEqualTo("closed");
    }
  }

  @Test
  void aServerThatStaysAwayLeavesTheListAndClientsAreTold() throws Exception {
    try (var server = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
        var gateway = gateway("grace-period: 2s", server.url());
        var listening = LegacyClient.open(gateway.endpoint()).listen()) {
      server.stop();
      listening.await("notifications/tools/list_changed");
      var client = new ModernClient(gateway.endpoint());
      assertThat(new String(client.call("tools/list", "").result(), UTF_8))
          .doesNotContain("far__play");
      assertThat(gateway.health("far").path("status").asString()).isEqualTo("down");

      server.startAgain();
      Eventually.isSo(
          "it is listed again",
          PATIENCE,
          () -> new String(client.call("tools/list", "").result(), UTF_8).contains("far__play"));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whateverTheNetworkDoesACallIsAnsweredRightlyOrFails(long seed) throws Exception {
    try (var server = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
        var network = ChaosProxy.before(server.port(), seed, _ -> Trouble.NONE);
        var gateway = gateway("failures-to-open: 1000", network.url(server.url()))) {
      server.script(NetworkFaultsTest::echo);
      network.network(NetworkFaultsTest::trouble);
      network.dropAll();
      for (int i = 0; i < CHAOS_CALLS; i++) {
        var answer = call(gateway);
        if (!isAnswered(answer)) {
          assertThat(answer.errorCode())
              .as("seed %d, call %d: %s", seed, i, answer)
              .isIn(-31010, -31011);
        }
      }
      assertThat(network.accepted()).isGreaterThan(1);
      network.network(_ -> Trouble.NONE);
      network.dropAll();
      Eventually.isSo("all is well again", PATIENCE, () -> isAnswered(call(gateway)));
    }
  }

  private static Trouble trouble(SplittableRandom random) {
    var bytes = random.nextInt(1, 1_500);
    return switch (random.nextInt(16)) {
      case 0 -> new Trouble.HalfOpen(bytes);
      case 1, 2, 3 -> new Trouble.Reset(bytes);
      case 4, 5, 6 -> new Trouble.Truncate(bytes);
      case 7, 8 -> new Trouble.Bandwidth(20_000);
      default -> new Trouble.Latency(random.nextInt(20));
    };
  }
}
