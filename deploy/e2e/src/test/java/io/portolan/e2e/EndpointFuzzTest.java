package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.faults.HealthyTraffic;
import io.portolan.e2e.faults.Mutator;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.upstream.Received;
import io.portolan.e2e.wire.Headers;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.HttpRequest;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spoiled requests to the running endpoint, and spoiled answers of a server behind it. Runs for
 * {@code portolan.fuzz.seconds} (a few by default) from {@code portolan.fuzz.seed}.
 */
@NeedsDistribution
class EndpointFuzzTest {
  private static final long SECONDS = Long.getLong("portolan.fuzz.seconds", 6);
  private static final long SEED = Long.getLong("portolan.fuzz.seed", 20_261_121);
  private static final Pattern INTERNAL =
      Pattern.compile("Exception|java\\.|io\\.portolan|helidon|\\tat |NullPointer|StackOverflow");
  private static final Duration HANG = Duration.ofSeconds(30);

  @TempDir static Path dir;

  private static RawUpstream wild;
  private static RawUpstream well;
  private static GatewayProcess gateway;
  private static LegacyClient session;

  @BeforeAll
  static void start() throws Exception {
    wild = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
    well = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
    gateway =
        GatewayProcess.configured(
            dir,
            """
            access-log: off
            resilience: {failures-to-open: 1000}
            servers:
              wild: {url: '%s', timeout: 3s}
              well: {url: '%s', timeout: 60s}
            """
                .formatted(wild.url(), well.url()));
    session = LegacyClient.open(gateway.endpoint());
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, wild, well);
  }

  /** What is spoiled: one request of each kind there is. */
  private static List<HttpRequest> good() throws InterruptedException {
    var modern = new ModernClient(gateway.endpoint());
    var requests = new ArrayList<HttpRequest>();
    for (var message :
        List.of(
            modern.message("1", "tools/list", "\"cursor\":\"eyJ2IjoxfQ\""),
            modern.message(
                "\"a\"", "tools/call", "\"name\":\"well__play\",\"arguments\":{\"n\":1}"),
            modern.message("2", "resources/read", "\"uri\":\"well+raw://one\""),
            modern.message("3", "prompts/get", "\"name\":\"well__ask\""),
            modern.message("4", "server/discover", ""))) {
      requests.add(modern.request(utf8(message)));
    }
    for (var message :
        List.of(
            LegacyClient.message("5", "tools/list", "{\"cursor\":\"eyJ2IjoxfQ\"}"),
            LegacyClient.message("6", "tools/call", "{\"name\":\"well__play\",\"arguments\":{}}"),
            LegacyClient.message(
                "7", "initialize", LegacyClient.initializeParams("2025-11-25", "{}")),
            LegacyClient.message("8", "logging/setLevel", "{\"level\":\"info\"}"),
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}",
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":6}}")) {
      requests.add(session.request(utf8(message)));
    }
    requests.add(
        HttpRequest.get(
            gateway.endpoint().getPath(),
            Headers.of(
                "Accept", "text/event-stream",
                "MCP-Protocol-Version", "2025-11-25",
                "Mcp-Session-Id", session.sessionId().orElseThrow(),
                "Last-Event-ID", "1-7")));
    requests.add(
        HttpRequest.delete(
            gateway.endpoint().getPath(),
            Headers.of("MCP-Protocol-Version", "2025-11-25", "Mcp-Session-Id", "not-mine")));
    return requests;
  }

  @Test
  void noRequestIsAnsweredWithAFaultOfOurs() throws Exception {
    var good = good();
    try (var traffic = HealthyTraffic.to(well, gateway.endpoint(), "well__play")) {
      var until = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      for (long seed = SEED; System.nanoTime() < until; seed++) {
        var random = new SplittableRandom(seed);
        var request = new Mutator(random).request(good.get(random.nextInt(good.size())));
        exchange(seed, request);
      }
      var before = traffic.calls();
      Eventually.isSo("all is well", HANG, () -> traffic.calls() > before);
    }
  }

  private static void exchange(long seed, HttpRequest request) throws Exception {
    var shown = "seed " + seed + ": " + request + "\n" + new String(request.body(), UTF_8);
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      connection.readTimeout(HANG);
      var stream = connection.open(request);
      assertThat(stream.status()).as(shown).isBetween(200, 499);
      if (!stream.isEvents()) {
        assertThat(stream.whole().text()).as(shown).doesNotContainPattern(INTERNAL);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer in " + HANG + " to " + shown, e);
    } catch (IOException e) {
      throw new AssertionError("no whole answer to " + shown, e);
    }
  }

  @Test
  void noAnswerOfAServerIsMoreThanAnErrorOfThatServer() throws Exception {
    var client = new ModernClient(gateway.endpoint());
    var until = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    for (long seed = SEED; System.nanoTime() < until; seed++) {
      var random = new SplittableRandom(seed);
      wild.script(call -> new Answer.Raw(new Mutator(random).bytes(goodAnswer(random, call))));
      var answer = client.callTool("wild__play", "{}");
      assertThat(answer.status()).as("seed %d: %s", seed, answer).isBetween(200, 499);
      // What of it is an answer is passed on; what is not is told in words of our own.
      if (answer.json().at("error", "data", "mayHaveRun").isPresent()) {
        assertThat(answer.errorMessage()).as("seed %d", seed).doesNotContainPattern(INTERNAL);
      }
    }
  }

  private static byte[] goodAnswer(SplittableRandom random, Received call) {
    var message = Answer.response(call, "{\"content\":[],\"resultType\":\"complete\"}");
    var text =
        random.nextBoolean()
            ? "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + message.length()
                + "\r\nConnection: close\r\n\r\n"
                + message
            : "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                + "event: message\nid: 1\nretry: 10\ndata: {\"jsonrpc\":\"2.0\",\"method\":"
                + "\"notifications/message\",\"params\":{}}\n\ndata: "
                + message
                + "\n\n";
    return utf8(text);
  }
}
