package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.LegacyClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with a small heap and more to carry than fits: it says so, and lives. */
@NeedsDistribution
class SheddingTest {
  private static final int CALLS = 16;
  private static final String LARGE = "x".repeat(3_900_000);

  @TempDir Path dir;

  private RawUpstream upstream;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    var mcpJson = new McpJson().http("raw", upstream.url()).writeTo(dir);
    gateway =
        GatewayProcess.run(
                dir,
                Map.of("PORTOLAN_JAVA_OPTS", "-Xmx256m"),
                "up",
                "--port",
                "0",
                "--data-dir",
                dir.resolve("data").toString(),
                "--mcp-json",
                mcpJson.toString())
            .ready();
  }

  @AfterEach
  void stop() {
    Closing.all(gateway, upstream);
  }

  @Test
  void largeRequestsBeyondTheMemoryAreRefusedAndTheRestIsServed() throws Exception {
    var release = new CountDownLatch(1);
    upstream.script(
        call -> {
          try {
            release.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return Answer.json(Answer.response(call, "{\"content\":[]}"));
        });
    var client = LegacyClient.open(gateway.endpoint());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          IntStream.range(0, CALLS).mapToObj(_ -> threads.submit(() -> outcome(client))).toList();
      Eventually.isSo(
          "no memory is left",
          Duration.ofSeconds(60),
          () -> gateway.metric("portolan_limit_reached_total{limit=\"memory-bytes-max\"}") > 0);
      Eventually.isSo(
          "a call that finds no memory is told so",
          Duration.ofSeconds(90),
          () -> outcome(client) == Outcome.REFUSED);
      release.countDown();
      for (var one : calls) {
        assertThat(one.get(90, TimeUnit.SECONDS)).isNotNull();
      }
    }
    assertThat(gateway.isAlive()).isTrue();
    Eventually.isSo(
        "a large call goes through again",
        Duration.ofSeconds(60),
        () -> outcome(client) == Outcome.SERVED);
  }

  private enum Outcome {
    SERVED,
    REFUSED,
    /** Refused, and the connection was closed before all of the body was sent. */
    CUT_OFF
  }

  private Outcome outcome(LegacyClient client) throws InterruptedException {
    var message =
        LegacyClient.message(
            client.nextId(),
            "tools/call",
            "{\"name\":\"raw__play\",\"arguments\":{\"x\":\"" + LARGE + "\"}}");
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var reply = connection.exchange(client.request(message.getBytes(StandardCharsets.UTF_8)));
      if (reply.status() == 503) {
        assertThat(reply.headers().first("Retry-After")).contains("1");
        assertThat(reply.text()).contains("memory-bytes-max");
        return Outcome.REFUSED;
      }
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text()).contains("\"result\"");
      return Outcome.SERVED;
    } catch (IOException _) {
      return Outcome.CUT_OFF;
    }
  }

  @Test
  void largeAnswersBeyondTheMemoryAreErrorsAndTheRestIsServed() throws Exception {
    var huge = "{\"content\":[],\"x\":\"" + "y".repeat(6 << 20) + "\"}";
    upstream.script(call -> Answer.json(Answer.response(call, huge)));
    var client = LegacyClient.open(gateway.endpoint());
    Callable<Boolean> call =
        () -> {
          var reply = client.callTool("raw__play", "{}");
          assertThat(reply.status()).isEqualTo(200);
          return true;
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var one : IntStream.range(0, 12).mapToObj(_ -> threads.submit(call)).toList()) {
        assertThat(one.get(120, TimeUnit.SECONDS)).isTrue();
      }
    }
    assertThat(gateway.isAlive()).isTrue();
    upstream.script(one -> Answer.json(Answer.response(one, "{\"content\":[]}")));
    assertThat(client.callTool("raw__play", "{}").result()).isNotEmpty();
  }
}
