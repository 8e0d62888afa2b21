package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that are dead, hang, restart or break off: the others and the clients hardly notice. */
@NeedsDistribution
class UpstreamTroubleTest {
  private static final Duration PROMPT = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir static Path dir;

  private static ServerSocket silent;
  private static RawUpstream legacy;
  private static RawUpstream modern;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    legacy = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    modern = RawUpstream.start(RawUpstream.Era.MODERN, Lists.small());
    gateway =
        GatewayProcess.up(
            dir,
            new McpJson()
                .http("dead", URI.create("http://127.0.0.1:" + unusedPort() + "/mcp"))
                .http("silent", URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/mcp"))
                .http("old", legacy.url())
                .http("recent", modern.url())
                .writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, legacy, modern, silent);
  }

  @Test
  void aDeadServerFailsNoListAndNoSession() throws Exception {
    var start = System.nanoTime();
    var client = LegacyClient.open(gateway.endpoint());
    for (var list : List.of("tools", "resources", "prompts")) {
      var answer = client.call(list + "/list", "{}").json();
      assertThat(answer.at("result", list).orElseThrow().items()).as(list).hasSize(2);
      assertThat(new ModernClient(gateway.endpoint()).call(list + "/list", "").result())
          .isNotEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPT);
  }

  @Test
  void aDeadServerIsShownAsDown() throws Exception {
    assertThat(gateway.get("/health/ready").status()).isEqualTo(200);
    assertThat(gateway.health("dead").path("status").asString()).isNotEqualTo("up");
    // Other tests of this class break and restart this one: it has to come back by itself.
    Eventually.isSo(
        "old is up again",
        Duration.ofSeconds(30),
        () -> gateway.health("old").path("status").asString().equals("up"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dead", "silent"})
  void aCallToADeadServerIsAnErrorThatNamesIt(String server) throws Exception {
    var answer = LegacyClient.open(gateway.endpoint()).callTool(server + "__play", "{}");
    assertThat(
            answer.json().at("error").isPresent()
                || answer.json().at("result", "isError").isPresent())
        .as(answer.toString())
        .isTrue();
    assertThat(answer.status()).isLessThan(500);
  }

  @Test
  void aRestartedServerKillsNoSession() throws Exception {
    legacy.script(call -> Answer.result(call, "{\"content\":[]}"));
    var federated = LegacyClient.open(gateway.endpoint());
    var single = LegacyClient.open(gateway.endpoint("old"));
    assertThat(federated.callTool("old__play", "{}").result()).isNotEmpty();
    assertThat(single.callTool("play", "{}").result()).isNotEmpty();

    legacy.stop();
    legacy.startAgain();

    assertThat(federated.callTool("old__play", "{}").result()).isNotEmpty();
    assertThat(single.callTool("play", "{}").result()).isNotEmpty();
    assertThat(federated.call("tools/list", "{}").result()).isNotEmpty();
  }

  @Test
  void aModernServerMayRestartBetweenTwoCalls() throws Exception {
    modern.script(call -> Answer.result(call, "{\"content\":[],\"resultType\":\"complete\"}"));
    var client = new ModernClient(gateway.endpoint());
    assertThat(client.callTool("recent__play", "{}").result()).isNotEmpty();
    modern.stop();
    modern.startAgain();
    assertThat(client.callTool("recent__play", "{}").result()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aCallThatReachedTheServerIsNotRepeated(Exchange.Speaker speaker) throws Exception {
    var upstream = upstream(speaker);
    var arrivals = new AtomicInteger();
    upstream.script(
        call -> {
          arrivals.incrementAndGet();
          return new Answer.Raw(new byte[0]); // it may have been done, and nobody knows
        });
    var answer = call(speaker);
    assertThat(answer.json().at("error")).as(answer.toString()).isPresent();
    assertThat(arrivals).hasValue(1);
    assertServesAgain(speaker);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatBreaksInsideAnEventEndsInAnErrorAndNoTornBytes(Exchange.Speaker speaker)
      throws Exception {
    upstream(speaker)
        .script(
            call ->
                new Answer.Raw(
                    utf8(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                            + "Connection: close\r\n\r\n"
                            + "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":"
                            + call.id()
                            + ",\"result\":{\"content\":[{\"type\":\"te")));
    // Answered.read fails on any event that is not JSON and on a stream without a response
    var answer = call(speaker);
    assertThat(answer.json().at("error")).as(answer.toString()).isPresent();
    assertServesAgain(speaker);
  }

  @ParameterizedTest
  @EnumSource
  void aBodyThatBreaksOffIsAnError(Exchange.Speaker speaker) throws Exception {
    upstream(speaker)
        .script(
            call ->
                new Answer.Raw(
                    utf8(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 5000\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":"
                            + call.id())));
    var answer = call(speaker);
    assertThat(answer.json().at("error")).as(answer.toString()).isPresent();
    assertServesAgain(speaker);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not JSON at all",
        "{\"jsonrpc\":\"2.0\",\"id\":987654,\"result\":{}}",
        "[]",
        "",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}",
      })
  void anAnswerThatIsNoneIsAnError(String body) throws Exception {
    legacy.script(_ -> Answer.json(body));
    var answer = call(Exchange.Speaker.LEGACY);
    assertThat(answer.json().at("error")).as(answer.toString()).isPresent();
    assertThat(answer.json().text("id")).isEqualTo("\"mine\"");
    assertServesAgain(Exchange.Speaker.LEGACY);
  }

  @Test
  void anAnswerNestedBeyondReasonIsAnError() throws Exception {
    legacy.script(
        call -> Answer.result(call, "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"));
    var client = LegacyClient.open(gateway.endpoint());
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var reply =
          connection.exchange(
              client.request(
                  utf8(
                      LegacyClient.message(
                          "1", "tools/call", "{\"name\":\"old__play\",\"arguments\":{}}"))));
      // Refused, or relayed unread: either way the gateway stands and so does the session.
      assertThat(reply.status()).isLessThan(500);
    }
    assertServesAgain(Exchange.Speaker.LEGACY);
  }

  @Test
  void aServerThatHangsDelaysNoCallToAnother() throws Exception {
    var release = new CountDownLatch(1);
    var reached = new CountDownLatch(30);
    legacy.script(
        call ->
            new Answer.Live(
                out -> {
                  reached.countDown();
                  release.await(60, TimeUnit.SECONDS);
                  out.message(Answer.response(call, "{\"content\":[]}"));
                }));
    modern.script(call -> Answer.result(call, "{\"content\":[],\"resultType\":\"complete\"}"));
    var client = LegacyClient.open(gateway.endpoint());
    var hanging = new ArrayList<java.util.concurrent.Future<Answered>>();
    try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 30; i++) {
        hanging.add(threads.submit(() -> client.callTool("old__play", "{}")));
      }
      assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 20; i++) {
        var start = System.nanoTime();
        assertThat(new ModernClient(gateway.endpoint()).callTool("recent__play", "{}").result())
            .isNotEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPT);
      }
      release.countDown();
      for (var call : hanging) {
        assertThat(call.get(20, TimeUnit.SECONDS).result()).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatGoesAwayLeavesNothingBehind(Exchange.Speaker speaker) throws Exception {
    var upstream = upstream(speaker);
    var reached = new CountDownLatch(1);
    var abandoned = new CountDownLatch(1);
    upstream.script(
        call ->
            new Answer.Live(
                out -> {
                  reached.countDown();
                  out.awaitClosedByPeer();
                  abandoned.countDown();
                }));
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      connection.send(request(speaker));
      assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
    }
    if (speaker == Exchange.Speaker.MODERN) {
      // there, leaving is how a call is cancelled
      assertThat(abandoned.await(20, TimeUnit.SECONDS)).as("the upstream is told").isTrue();
    }
    assertServesAgain(speaker);
  }

  private static void assertServesAgain(Exchange.Speaker speaker) throws InterruptedException {
    upstream(speaker)
        .script(
            call ->
                Answer.result(
                    call,
                    speaker == Exchange.Speaker.MODERN
                        ? "{\"content\":[],\"resultType\":\"complete\"}"
                        : "{\"content\":[]}"));
    Eventually.isSo("the server is used again", PATIENCE, () -> call(speaker).result().length > 0);
  }

  private static RawUpstream upstream(Exchange.Speaker speaker) {
    return speaker == Exchange.Speaker.MODERN ? modern : legacy;
  }

  private static io.portolan.e2e.wire.HttpRequest request(Exchange.Speaker speaker)
      throws IOException, InterruptedException {
    var endpoint = gateway.endpoint();
    if (speaker == Exchange.Speaker.MODERN) {
      var client = new ModernClient(endpoint);
      return client.request(
          utf8(
              client.message(
                  "\"mine\"", "tools/call", "\"name\":\"recent__play\",\"arguments\":{}")));
    }
    return LegacyClient.open(endpoint)
        .request(
            utf8(
                LegacyClient.message(
                    "\"mine\"", "tools/call", "{\"name\":\"old__play\",\"arguments\":{}}")));
  }

  private static Answered call(Exchange.Speaker speaker) throws IOException, InterruptedException {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      return Answered.read(connection.open(request(speaker)), _ -> {});
    }
  }

  private static int unusedPort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
