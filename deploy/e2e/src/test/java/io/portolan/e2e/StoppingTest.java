package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.process.Repository;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.LegacyClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when the gateway goes, politely or not. */
@NeedsDistribution
class StoppingTest {
  private static final Duration GONE = Duration.ofSeconds(30);

  @TempDir Path dir;

  @Test
  void nothingOfTheRealServersIsLeftAfterAStop() throws Exception {
    var servers = new RealServers(dir);
    try (var gateway = GatewayProcess.up(dir, servers.mcpJson().writeTo(dir))) {
      var children = gateway.descendants();
      assertThat(children).hasSizeGreaterThanOrEqualTo(servers.definitions().size());
      assertThat(gateway.terminate()).as("exit code after SIGTERM").isZero();
      assertGone(children);
    }
  }

  @Test
  void nothingOfTheRealServersIsLeftAfterAKill() throws Exception {
    var servers = new RealServers(dir);
    try (var gateway = GatewayProcess.up(dir, servers.mcpJson().writeTo(dir))) {
      var children = gateway.descendants();
      assertThat(children).hasSizeGreaterThanOrEqualTo(servers.definitions().size());
      gateway.kill();
      assertGone(children);
    }
  }

  @Test
  void aServerThatIgnoresSignalsIsGoneAfterAStop() throws Exception {
    try (var gateway = GatewayProcess.up(dir, stubborn())) {
      var children = gateway.descendants();
      assertThat(children).as("the server and its own child").hasSizeGreaterThanOrEqualTo(2);
      assertThat(gateway.terminate()).as("exit code after SIGTERM").isZero();
      assertGone(children);
    }
  }

  @Test
  void aServerThatIgnoresSignalsIsGoneAfterAKill() throws Exception {
    try (var gateway = GatewayProcess.up(dir, stubborn())) {
      var children = gateway.descendants();
      assertThat(children).as("the server and its own child").hasSizeGreaterThanOrEqualTo(2);
      gateway.kill();
      assertGone(children);
    }
  }

  @Test
  void aCallUnderWayIsAnsweredBeforeTheGatewayStops() throws Exception {
    try (var upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var reached = new CountDownLatch(1);
      var release = new CountDownLatch(1);
      upstream.script(
          call -> {
            reached.countDown();
            return new Answer.Live(
                out -> {
                  release.await(30, TimeUnit.SECONDS);
                  out.message(Answer.response(call, "{\"content\":[],\"late\":true}"));
                });
          });
      try (var gateway =
          GatewayProcess.up(dir, new McpJson().http("raw", upstream.url()).writeTo(dir))) {
        var client = LegacyClient.open(gateway.endpoint());
        var call = threads.submit(() -> client.callTool("raw__play", "{}"));
        assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
        var exit = threads.submit(gateway::terminate);
        Eventually.isSo(
            "the gateway says that it is leaving",
            Duration.ofSeconds(10),
            () -> refusesNewWork(gateway));
        release.countDown();
        assertThat(call.get(20, TimeUnit.SECONDS).result())
            .isEqualTo(utf8("{\"content\":[],\"late\":true}"));
        assertThat(exit.get(40, TimeUnit.SECONDS)).isZero();
      }
    }
  }

  @Test
  void ofAHundredCallsUnderWayNoneFailsAtAStop() throws Exception {
    var count = 100;
    try (var upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var reached = new CountDownLatch(count);
      var release = new CountDownLatch(1);
      upstream.script(
          call -> {
            reached.countDown();
            try {
              release.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return Answer.json(Answer.response(call, "{\"content\":[],\"late\":true}"));
          });
      try (var gateway =
          GatewayProcess.up(dir, new McpJson().http("raw", upstream.url()).writeTo(dir))) {
        var client = LegacyClient.open(gateway.endpoint());
        var calls =
            IntStream.range(0, count)
                .mapToObj(_ -> threads.submit(() -> client.callTool("raw__play", "{}")))
                .toList();
        assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        var exit = threads.submit(gateway::terminate);
        Eventually.isSo(
            "the gateway says that it is leaving",
            Duration.ofSeconds(10),
            () -> refusesNewWork(gateway));
        release.countDown();
        for (var call : calls) {
          assertThat(call.get(30, TimeUnit.SECONDS).result())
              .isEqualTo(utf8("{\"content\":[],\"late\":true}"));
        }
        assertThat(exit.get(40, TimeUnit.SECONDS)).isZero();
      }
    }
  }

  private static boolean refusesNewWork(GatewayProcess gateway) throws InterruptedException {
    try {
      return gateway.get("/health/ready").status() == 503;
    } catch (java.io.IOException _) {
      return true; // it takes no new connections at all
    }
  }

  private Path stubborn() throws Exception {
    var script = Repository.root().resolve("deploy/e2e/src/test/resources/stubborn-server.sh");
    return new McpJson()
        .stdio("stubborn", List.of("bash", script.toString()), Map.of())
        .writeTo(dir);
  }

  private static void assertGone(List<ProcessHandle> children) throws InterruptedException {
    Eventually.isSo(
        "every process that the gateway started is gone",
        GONE,
        () -> children.stream().noneMatch(StoppingTest::runs));
  }

  /** A zombie that its new parent has not yet reaped runs no more. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().commandLine().isPresent();
  }
}
