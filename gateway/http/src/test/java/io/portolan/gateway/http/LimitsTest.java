package io.portolan.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
  private static final int BODY_MAX = 4096;

  private EdgeFixture edge;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    edge = new EdgeFixture(EdgeFixture.impatient());
    client = edge.client();
  }

  @AfterEach
  void stop() throws IOException {
    edge.close();
  }

  private static String body(int size) {
    return "\"" + "x".repeat(size - 2) + "\"";
  }

  private static String chunked(String... chunks) {
    var text =
        new StringBuilder(
            RawClient.request(
                "POST",
                "/mcp",
                "Content-Type: application/json",
                "Accept: */*",
                "Transfer-Encoding: chunked"));
    for (var chunk : chunks) {
      text.append(Integer.toHexString(chunk.length())).append("\r\n").append(chunk).append("\r\n");
    }
    return text.toString();
  }

  private void assertTooLarge(RawClient.Response response) throws IOException {
    assertThat(response.status()).isEqualTo(413);
    assertThat(response.header("connection")).isEqualTo("close");
    assertThat(response.body()).contains("\"id\":null", "at most 4096 bytes");
    client.socket.shutdownOutput();
    client.awaitEnd();
    assertThat(edge.client().exchange(RawClient.post("/mcp", "{}")).status()).isEqualTo(200);
  }

  @Test
  void aBodyOfTheLargestSizeIsTaken() throws IOException {
    assertThat(client.exchange(RawClient.post("/mcp", body(BODY_MAX))).status()).isEqualTo(200);
  }

  @Test
  void aBodyOneByteLargerIsRefusedBeforeItIsSent() throws IOException {
    var request = RawClient.post("/mcp", body(BODY_MAX + 1));
    client.send(request.substring(0, request.length() - BODY_MAX - 1));

    assertTooLarge(client.receive());
  }

  @Test
  void theReplyToATooLargeBodyCanBeReadByAClientThatSendsAllOfItFirst() throws IOException {
    assertTooLarge(client.exchange(RawClient.post("/mcp", body(900_000))));
  }

  @Test
  void aChunkedBodyOfTheLargestSizeIsTaken() throws IOException {
    var body = body(BODY_MAX);

    var response =
        client.exchange(chunked(body.substring(0, 4000), body.substring(4000)) + "0\r\n\r\n");

    assertThat(response.status()).isEqualTo(200);
    assertThat(client.exchange(RawClient.post("/mcp", "{}")).status()).isEqualTo(200);
  }

  @Test
  void aChunkedBodyOneByteLargerIsRefused() throws IOException {
    var body = body(BODY_MAX + 1);

    assertTooLarge(client.exchange(chunked(body.substring(0, 4000), body.substring(4000))));
  }

  @Test
  void aChunkThatClaimsToBeHugeIsRefusedAtOnce() throws IOException {
    assertTooLarge(client.exchange(chunked() + "7fffffff\r\n{"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"xyz\r\n{}\r\n0\r\n\r\n", "-1\r\n{}\r\n", "2\n{}\n0\n\n"})
  void malformedChunksAreRefused(String chunks) throws IOException {
    var response = client.exchange(chunked() + chunks);

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.header("connection")).isEqualTo("close");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Content-Length: +2",
        "Content-Length: 2,2",
        "Content-Length: -1",
        "Content-Length : 2",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: xchunked",
        "Content-Length: 2\r\n folded: x",
        "No-Colon",
        "Bad\u0000Name: x"
      })
  void ambiguousFramingIsRefused(String headers) throws IOException {
    var response =
        client.exchange(
            RawClient.request("POST", "/mcp", "Content-Type: application/json", headers) + "{}");

    assertThat(response.status()).isIn(400, 501);
    assertThat(response.header("connection")).isEqualTo("close");
    assertThat(response.body()).contains("\"id\":null", "-32600");
    assertThat(edge.gateway.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\r\n\r\n",
        "POST /mcp\r\n\r\n",
        "POST /mcp HTTP/1.0\r\nHost: localhost\r\n\r\n",
        "POST /mcp HTTP/2.0\r\nHost: localhost\r\n\r\n",
        "POST /mcp HTTP/1.1\nHost: localhost\n\n",
        "\u0016\u0003\u0001\u0000\u00a5\u0001\u0000\u0000\u00a1\u0003\u0003\r\n\r\n"
      })
  void whatIsNotHttpIsRefused(String bytes) throws IOException {
    var response = client.exchange(bytes);

    assertThat(response.status()).isBetween(400, 505);
    assertThat(response.header("connection")).isEqualTo("close");
    assertThat(edge.gateway.seen).isEmpty();
    assertThat(edge.client().exchange(RawClient.post("/mcp", "{}")).status()).isEqualTo(200);
  }

  @Test
  void headersAboveTheLimitAreRefused() throws IOException {
    var some = RawClient.post("/mcp", "{}", "X-Long: " + "a".repeat(3500));
    assertThat(client.exchange(some).status()).isEqualTo(200);

    var response = client.exchange(RawClient.post("/mcp", "{}", "X-Long: " + "a".repeat(4100)));

    assertThat(response.status()).isEqualTo(431);
    assertThat(response.body()).contains("at most 4096 bytes");
  }

  @Test
  void aRequestLineAboveTheLimitIsRefused() throws IOException {
    var response = client.exchange(RawClient.request("GET", "/" + "a".repeat(4100)));

    assertThat(response.status()).isEqualTo(414);
  }

  @Test
  void aSilentConnectionIsClosed() throws IOException {
    client.awaitEnd();
  }

  @Test
  void anIdleConnectionIsClosed() throws IOException {
    client.exchange(RawClient.post("/mcp", "{}"));

    client.awaitEnd();
  }

  @Test
  void aHeadThatNeverEndsIsCutOff() throws IOException {
    client.send("POST /mcp HTTP/1.1\r\nHost: localhost\r\n");

    awaitCutOff(client, "X-Slow: 1\r\n");
  }

  @Test
  void aBodyThatComesTooSlowlyIsCutOff() throws IOException {
    client.send(RawClient.post("/mcp", body(BODY_MAX)).substring(0, 300));

    awaitCutOff(client, "x");
    assertThat(edge.gateway.seen).isEmpty();
  }

  /** Goes on sending until the server has had enough. */
  private static void awaitCutOff(RawClient slow, String drop) {
    EdgeFixture.await(
        "cut off",
        () -> {
          try {
            slow.send(drop);
            return false;
          } catch (SocketException _) {
            return true;
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  @Test
  void fiveHundredSlowClientsLeaveRoomForAGoodOne() throws IOException {
    var slow = new ArrayList<RawClient>();
    for (int i = 0; i < 500; i++) {
      slow.add(edge.client());
      slow.get(i).send("POST /mcp HTTP/1.1\r\nHost: loc");
    }

    assertThat(edge.client().exchange(RawClient.post("/mcp", "{}")).status()).isEqualTo(200);
    for (var one : slow) {
      one.awaitEnd();
    }
  }

  @Test
  void aCallMayTakeLongerThanAnyOfTheseWaits() throws Exception {
    var go = new CountDownLatch(1);
    edge.gateway.onPost =
        (inbound, reply) -> {
          go.await();
          return ScriptedGateway.echo(inbound, reply);
        };
    client.send(RawClient.post("/mcp", "{\"id\":5}"));
    var idle = edge.client();
    idle.awaitEnd();
    go.countDown();

    assertThat(client.receive().body()).isEqualTo("{\"id\":5}");
  }

  @Test
  void aReaderThatStopsCountsAsGone() throws Exception {
    var gone = new CountDownLatch(1);
    var piece = Payload.of(Slice.of(new byte[1 << 20]));
    edge.gateway.onPost =
        (inbound, reply) -> {
          try (var _ = (AutoCloseable) () -> gone.countDown()) {
            var sink = reply.stream(List.of());
            while (sink.write(piece)) {
              Thread.onSpinWait();
            }
            sink.close();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          return ScriptedGateway.CALLED;
        };

    client.send(RawClient.post("/mcp", "{}"));

    assertThat(gone.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aLargeReplyReachesASlowReaderWhole() throws Exception {
    var large = "\"" + "y".repeat(8 << 20) + "\"";
    edge.gateway.onPost =
        (inbound, reply) -> {
          reply.whole(200, List.of(), Payload.of(large));
          return ScriptedGateway.CALLED;
        };

    assertThat(client.exchange(RawClient.post("/mcp", "{}")).body()).isEqualTo(large);
  }

  @Test
  void connectionsAboveTheLimitWaitForTheirTurn() throws Exception {
    var limits = EdgeLimits.DEFAULT;
    var two =
        new EdgeLimits(
            limits.bodyBytesMax(),
            limits.headBytesMax(),
            2,
            limits.headTimeout(),
            limits.bodyTimeout(),
            limits.bodyBytesPerSecond(),
            limits.idleTimeout(),
            limits.writeTimeout(),
            limits.callTimeout(),
            limits.memoryBytesMax(),
            limits.drainTimeout());
    try (var small = new EdgeFixture(two)) {
      small.client().exchange(RawClient.post("/mcp", "{}"));
      small.client().exchange(RawClient.post("/mcp", "{}"));

      // Idle ones are closed early while others wait.
      assertThat(small.client().exchange(RawClient.post("/mcp", "{}")).status()).isEqualTo(200);
      assertThat(small.counts.of(Limit.CONNECTIONS)).isPositive();
    }
  }

  /** A call under way, whose reply waits for the latch. */
  private CountDownLatch holding() {
    var release = new CountDownLatch(1);
    edge.gateway.onPost =
        (inbound, reply) -> {
          release.await();
          return ScriptedGateway.echo(inbound, reply);
        };
    return release;
  }

  @Test
  void whatTheMemoryOfMessagesDoesNotHoldIsRefusedAndToldToComeBack() throws Exception {
    edge.close();
    edge = new EdgeFixture(EdgeFixture.impatient().withMemoryBytesMax(3 * 3_000));
    var release = holding();
    var first = edge.client();
    first.send(RawClient.post("/mcp", body(2_000)));
    EdgeFixture.await("the first is under way", () -> edge.gateway.seen.size() == 1);
    var second = edge.client();
    var refused = second.exchange(RawClient.post("/mcp", body(1_001)));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("retry-after")).isEqualTo("1");
    assertThat(refused.body()).contains("-31012", "memory-bytes-max", "9000 bytes");
    assertThat(edge.counts.of(Limit.MEMORY)).isOne();
    var third = edge.client();
    third.send(RawClient.post("/mcp", body(1_000)));
    EdgeFixture.await("what fits is taken", () -> edge.gateway.seen.size() == 2);
    release.countDown();
    assertThat(first.receive().status()).isEqualTo(200);
    assertThat(third.receive().status()).isEqualTo(200);
    EdgeFixture.await(
        "all is given back", () -> metric("portolan_memory_messages_bytes").equals("0.0"));
  }

  private String metric(String name) {
    try {
      var metrics = edge.client().exchange(RawClient.request("GET", "/metrics")).body();
      return metrics
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .findFirst()
          .orElseThrow(() -> new AssertionError(name + " is not among\n" + metrics))
          .substring(name.length() + 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void limitsThatWereReachedAreCounted() throws Exception {
    client.exchange(RawClient.post("/mcp", body(BODY_MAX + 1)));
    edge.client().exchange(RawClient.request("GET", "/mcp", "X: " + "x".repeat(5_000)));
    edge.client().send("POST /mcp HTTP/1.1\r\nHost: local");
    edge.client()
        .send(
            RawClient.request(
                "POST",
                "/mcp",
                "Content-Type: application/json",
                "Accept: */*",
                "Content-Length: 100"));
    EdgeFixture.await("the head is too slow", () -> edge.counts.of(Limit.SLOW_HEAD) == 1);
    EdgeFixture.await("the body is too slow", () -> edge.counts.of(Limit.SLOW_BODY) == 1);
    assertThat(edge.counts.of(Limit.REQUEST_BYTES)).isOne();
    assertThat(edge.counts.of(Limit.HEAD_BYTES)).isOne();
    assertThat(metric("portolan_limit_reached_total{limit=\"request-bytes-max\"}"))
        .isEqualTo("1.0");
  }
}
