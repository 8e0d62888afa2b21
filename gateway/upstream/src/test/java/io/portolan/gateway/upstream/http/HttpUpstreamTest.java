package io.portolan.gateway.upstream.http;

import static io.portolan.gateway.upstream.Calling.call;
import static io.portolan.gateway.upstream.Calling.context;
import static io.portolan.gateway.upstream.Calling.failure;
import static io.portolan.gateway.upstream.Calling.received;
import static io.portolan.gateway.upstream.Calling.stream;
import static io.portolan.gateway.upstream.Calling.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.edge.MemoryBudget;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Splice;
import io.portolan.gateway.upstream.Calling;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.tenancy.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@SuppressWarnings("NullAway.Init")
class HttpUpstreamTest {
  private static final String LEGACY_HELLO =
      "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
          + "\"serverInfo\":{\"name\":\"raw\",\"version\":\"1\"}}";
  private static final String DISCOVERED =
      "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{}}";

  private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private final Upstreams upstreams = new Upstreams(limits(64 << 20, 256));
  private RawServer server;
  private Upstream upstream;

  private final LimitCounts counts = new LimitCounts();

  private UpstreamLimits limits(int bytes, int connections) {
    return new UpstreamLimits(
        bytes,
        connections,
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        1 << 20,
        64 << 10,
        counts);
  }

  @AfterEach
  void stop() throws Exception {
    if (upstream != null) {
      upstream.close();
    }
    if (server != null) {
      server.close();
    }
    upstreams.close();
  }

  private static ServerDefinition.Http at(URI url) {
    return new ServerDefinition.Http(
        "raw",
        url,
        HttpTransport.DETECT,
        Map.of("Authorization", "Bearer secret"),
        Duration.ofSeconds(60));
  }

  /** How the server treats requests that are neither initialize, initialized nor DELETE. */
  @FunctionalInterface
  private interface OnCall {
    void answer(RawServer.Peer peer, RawServer.Request request) throws Exception;
  }

  private static RawServer.Script legacy(OnCall onCall) {
    return peer -> {
      for (var request = peer.read(); request != null; request = peer.read()) {
        if (request.method().equals("DELETE")) {
          peer.empty(200);
        } else if (request.body().contains("\"method\":\"initialize\"")) {
          peer.json(200, result(request, LEGACY_HELLO), "Mcp-Session-Id: s-1");
        } else if (request.body().contains("notifications/initialized")) {
          peer.empty(202);
        } else {
          onCall.answer(peer, request);
        }
      }
    };
  }

  private static String result(RawServer.Request request, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":" + result + "}";
  }

  private UpstreamLink legacyLink(OnCall onCall) throws Exception {
    return legacyLink(upstreams, onCall);
  }

  private UpstreamLink legacyLink(Upstreams factory, OnCall onCall) throws Exception {
    server = new RawServer(legacy(onCall));
    upstream = factory.create(at(server.url()));
    return upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS));
  }

  private UpstreamLink modernLink(OnCall onCall) throws Exception {
    server =
        new RawServer(
            peer -> {
              for (var request = peer.read(); request != null; request = peer.read()) {
                if (request.body().contains("server/discover")) {
                  peer.json(200, result(request, DISCOVERED));
                } else if (request.body().contains("\"method\":\"initialize\"")) {
                  peer.json(404, error(request, -32601, "no"));
                } else {
                  onCall.answer(peer, request);
                }
              }
            });
    upstream = upstreams.create(at(server.url()));
    upstream.probe(Deadline.in(Calling.GENEROUS));
    return upstream.modern();
  }

  private static String error(RawServer.Request request, int code, String text) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + request.id()
        + ",\"error\":{\"code\":"
        + code
        + ",\"message\":\""
        + text
        + "\"}}";
  }

  // ---- legacy calls

  @Test
  void aLegacyCallCarriesSessionVersionTraceAndConfiguredHeaders() throws Exception {
    var link = legacyLink((peer, request) -> peer.json(200, result(request, "{\"ok\":1}")));
    var context = context();

    var answer = link.request(call(link, "echo"), context);

    assertThat(text(answer)).isEqualTo("{\"ok\":1}");
    assertThat(link.hello().object().text()).isEqualTo(LEGACY_HELLO);
    var sent = server.seen.getLast();
    assertThat(sent.header("Mcp-Session-Id")).isEqualTo("s-1");
    assertThat(sent.header("MCP-Protocol-Version")).isEqualTo("2025-11-25");
    assertThat(sent.header("Authorization")).isEqualTo("Bearer secret");
    assertThat(sent.header("traceparent")).isEqualTo(context.trace().traceparent());
    assertThat(sent.header("Host")).isEqualTo("127.0.0.1:" + server.port());
    assertThat(sent.header("Accept")).contains("application/json", "text/event-stream");
    assertThat(sent.body()).doesNotContain("\"client\"").contains("\"method\":\"tools/call\"");
  }

  @Test
  void sequentialCallsShareOneConnection() throws Exception {
    var link = legacyLink((peer, request) -> peer.json(200, result(request, "{}")));
    for (int i = 0; i < 20; i++) {
      assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{}");
    }
    assertThat(server.connections).hasValue(1);
  }

  @Test
  void callsInParallelGetTheirOwnAnswers() throws Exception {
    var link =
        legacyLink((peer, request) -> peer.json(200, result(request, "[" + request.id() + "]")));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results =
          threads.invokeAll(
              IntStream.range(0, 200)
                  .<java.util.concurrent.Callable<Boolean>>mapToObj(
                      _ ->
                          () -> {
                            var request = call(link, "echo");
                            return text(link.request(request, context()))
                                .equals("[" + request.id() + "]");
                          })
                  .toList());
      for (var result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  @Test
  void aRestartBetweenCallsIsNotNoticed() throws Exception {
    var link = legacyLink((peer, request) -> peer.json(200, result(request, "{}")));
    for (int i = 0; i < 10; i++) {
      assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{}");
      server.stop();
      server.start();
    }
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{}");
  }

  @Test
  void aServerThatIsAwayForAMomentIsWaitedFor() throws Exception {
    var link = legacyLink((peer, request) -> peer.json(200, result(request, "{}")));
    server.stop();
    var answer = new java.util.concurrent.CompletableFuture<Answer>();
    var caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    answer.complete(link.request(call(link, "echo"), context()));
                  } catch (InterruptedException e) {
                    answer.completeExceptionally(e);
                  }
                });
    // It sleeps only between two refused attempts.
    while (caller.getState() != Thread.State.TIMED_WAITING && !answer.isDone()) {
      Thread.onSpinWait();
    }
    server.start();
    assertThat(text(answer.get(10, TimeUnit.SECONDS))).isEqualTo("{}");
  }

  @Test
  void aServerThatIsGoneIsUnreachable() throws Exception {
    var link = legacyLink((peer, request) -> peer.json(200, result(request, "{}")));
    server.stop();
    var failure = failure(link.request(call(link, "echo"), context()));
    assertThat(failure).isInstanceOf(UpstreamFailure.Unreachable.class);
    assertThat(failure.sent()).isFalse();
  }

  @Test
  void aConnectionThatBreaksAfterTheRequestIsNeverSentTwice() throws Exception {
    var calls = new AtomicInteger();
    var link =
        legacyLink(
            (peer, _) -> {
              calls.incrementAndGet();
              peer.reset();
            });
    var failure = failure(link.request(call(link, "echo"), context()));
    assertThat(failure).isInstanceOf(UpstreamFailure.BrokenOff.class);
    assertThat(failure.sent()).isTrue();
    assertThat(calls).hasValue(1);
  }

  @Test
  void aLargeRequestArrivesWhole() throws Exception {
    var link =
        legacyLink(
            (peer, request) -> peer.json(200, result(request, "" + request.body().length())));
    var blob = "\"" + "x".repeat(3 << 20) + "\"";
    var answer = link.request(call(link, "echo", blob, ""), context());
    assertThat(Integer.parseInt(text(answer))).isGreaterThan(3 << 20);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 5_000, 16_384, 70_000, 1_500_000, 5_000_000})
  void aLargeAnswerArrivesWhole(int length) throws Exception {
    var blob = "\"" + "y".repeat(length) + "\"";
    var link = legacyLink((peer, request) -> peer.json(200, result(request, blob)));
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo(blob);
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo(blob);
    assertThat(server.connections).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 20, (1 << 20) + 1, 5_000_000})
  void anAnswerOfUnknownLengthMayBeLong(int length) throws Exception {
    var blob = "\"" + "y".repeat(length - 2) + "\"";
    var head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    var link =
        legacyLink(
            (peer, request) -> {
              var json = result(request, blob);
              if (request.body().contains("chunked")) {
                peer.send(head + "Transfer-Encoding: chunked\r\n\r\n");
                for (int at = 0; at < json.length(); at += 300_000) {
                  peer.chunk(json.substring(at, Math.min(json.length(), at + 300_000)));
                }
                peer.lastChunk();
              } else {
                peer.send(head + "\r\n" + json);
                throw new IOException("close");
              }
            });
    assertThat(text(link.request(call(link, "chunked"), context()))).isEqualTo(blob);
    assertThat(text(link.request(call(link, "unframed"), context()))).isEqualTo(blob);
  }

  /** Four long answers are read at a time; a fifth waits, and no longer than its deadline. */
  @Test
  void aLongAnswerThatWaitsForOthersTimesOut() throws Exception {
    var goOn = new CountDownLatch(1);
    var link =
        legacyLink(
            (peer, request) -> {
              var json = result(request, "\"" + "y".repeat(2 << 20) + "\"");
              peer.send(
                  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                      + json.length()
                      + "\r\n\r\n"
                      + json.substring(0, json.length() - 1));
              if (request.body().contains("slow")) {
                goOn.await();
              }
              peer.send(json.substring(json.length() - 1));
            });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var slow =
          IntStream.range(0, 4)
              .mapToObj(_ -> threads.submit(() -> link.request(call(link, "slow"), context())))
              .toList();
      // Until all four have their places a fifth is read as well.
      Answer fifth;
      do {
        fifth = link.request(call(link, "quick"), context(Duration.ofSeconds(1)));
      } while (fifth instanceof Answer.Whole);
      assertThat(failure(fifth)).isInstanceOf(UpstreamFailure.TimedOut.class);
      goOn.countDown();
      for (var one : slow) {
        assertThat(one.get()).isInstanceOf(Answer.Whole.class);
      }
    }
    assertThat(link.request(call(link, "quick"), context())).isInstanceOf(Answer.Whole.class);
  }

  @Test
  void anEventThatFindsNoMemoryIsRefused() throws Exception {
    var link =
        legacyLink(
            (peer, _) -> {
              peer.events();
              peer.chunk("data: " + "x".repeat(5 << 20));
              peer.awaitClose();
            });
    var budget = new MemoryBudget(6 << 20, counts);
    var failures = new ArrayList<UpstreamFailure>();
    var request = call(link, "echo");
    var context = context();
    // The outer exchange has taken something: what is larger than all memory fits only alone.
    budget.during(
        () -> {
          assertThat(MemoryBudget.take(1)).isTrue();
          budget.during(
              () -> {
                try (var stream = stream(link.request(request, context))) {
                  failures.add(((MessageStream.Broken) stream.next()).failure());
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
        });
    assertThat(failures).hasSize(1).hasOnlyElementsOfType(UpstreamFailure.NoMemory.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 1000, 40_000, 300_000})
  void aChunkedAnswerIsPutTogether(int chunkLength) throws Exception {
    var blob = "\"" + "z".repeat(100_000 / Math.max(1, 500 / chunkLength)) + "\"";
    var link =
        legacyLink(
            (peer, request) -> {
              peer.send(
                  String.join(
                      "\r\n",
                      "HTTP/1.1 200 OK",
                      "content-type: application/json; charset=utf-8",
                      "TRANSFER-ENCODING: Chunked",
                      "",
                      ""));
              var body = result(request, blob);
              var framed = new StringBuilder();
              for (int i = 0; i < body.length(); i += chunkLength) {
                var part = body.substring(i, Math.min(body.length(), i + chunkLength));
                framed
                    .append(Integer.toHexString(part.length()).toUpperCase(java.util.Locale.ROOT))
                    .append(i == 0 ? ";ext=\"1\"\r\n" : "\r\n")
                    .append(part)
                    .append("\r\n");
              }
              peer.send(framed + "0\r\nTrailer: 1\r\n\r\n");
            });
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo(blob);
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo(blob);
    assertThat(server.connections).hasValue(1);
  }

  @Test
  void anAnswerWithoutLengthEndsWithItsConnection() throws Exception {
    var link =
        legacyLink(
            (peer, request) -> {
              peer.send(
                  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
                      + result(request, "{}"));
              throw new IOException("close");
            });
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{}");
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{}");
  }

  @Test
  void interimAnswersArePassedOver() throws Exception {
    var link =
        legacyLink(
            (peer, request) -> {
              peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
              peer.json(200, result(request, "{}"));
            });
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}x",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":999,\"result\":{}}",
        "HTTP/1.1 2x0 OK\r\nContent-Length: 6\r\n\r\n<html>"
      })
  void garbageIsABadAnswer(String garbage) throws Exception {
    var link =
        legacyLink(
            (peer, _) -> {
              peer.send(garbage);
              peer.awaitClose();
            });
    assertThat(failure(link.request(call(link, "echo"), context())))
        .isInstanceOf(UpstreamFailure.BadAnswer.class);
  }

  @Test
  void anAnswerOverTheLimitIsDroppedWithItsConnection() throws Exception {
    var closed = new CountDownLatch(2);
    try (var small = new Upstreams(limits(4096, 4))) {
      var link =
          legacyLink(
              small,
              (peer, request) -> {
                if (request.body().contains("announced")) {
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n{");
                } else {
                  peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  peer.chunk("x".repeat(3000));
                  peer.chunk("x".repeat(3000));
                }
                peer.awaitClose();
                closed.countDown();
              });
      assertThat(failure(link.request(call(link, "announced"), context())))
          .isInstanceOf(UpstreamFailure.BadAnswer.class);
      assertThat(failure(link.request(call(link, "chunked"), context())))
          .isInstanceOf(UpstreamFailure.BadAnswer.class);
      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(counts.of(Limit.RESPONSE_BYTES)).isEqualTo(2);
    }
  }

  @Test
  void headersOverTheLimitAreABadAnswer() throws Exception {
    var link =
        legacyLink(
            (peer, _) -> {
              peer.send("HTTP/1.1 200 OK\r\n");
              for (int i = 0; i < 200; i++) {
                peer.send("X-" + i + ": " + "h".repeat(1000) + "\r\n");
              }
              peer.awaitClose();
            });
    assertThat(failure(link.request(call(link, "echo"), context())))
        .isInstanceOf(UpstreamFailure.BadAnswer.class);
  }

  @Test
  void aServerThatHangsTimesOut() throws Exception {
    var link = legacyLink((peer, _) -> peer.awaitClose());
    var failure = failure(link.request(call(link, "echo"), context(Duration.ofMillis(200))));
    assertThat(failure).isInstanceOf(UpstreamFailure.TimedOut.class);
    assertThat(failure.sent()).isTrue();
  }

  @Test
  void aServerThatHangsInsideTheBodyTimesOut() throws Exception {
    var link =
        legacyLink(
            (peer, _) -> {
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"json");
              peer.awaitClose();
            });
    assertThat(failure(link.request(call(link, "echo"), context(Duration.ofMillis(200)))))
        .isInstanceOf(UpstreamFailure.TimedOut.class);
  }

  @Test
  void aServerThatDripsBytesTimesOut() throws Exception {
    var link =
        legacyLink(
            (peer, _) -> {
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
              var tick = new CountDownLatch(1);
              while (!tick.await(20, TimeUnit.MILLISECONDS)) {
                peer.send(" ");
              }
            });
    assertThat(failure(link.request(call(link, "echo"), context(Duration.ofMillis(300)))))
        .isInstanceOf(UpstreamFailure.TimedOut.class);
  }

  @Test
  void cancellingClosesTheConnection() throws Exception {
    var arrived = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    var link =
        legacyLink(
            (peer, _) -> {
              arrived.countDown();
              peer.awaitClose();
              closed.countDown();
            });
    var request = call(link, "echo");
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                arrived.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              request.cancellation().cancel();
            });
    assertThat(failure(link.request(request, context())))
        .isInstanceOf(UpstreamFailure.Cancelled.class);
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aFullPoolMakesCallsWaitUntilTheirDeadline() throws Exception {
    var arrived = new CountDownLatch(2);
    try (var small = new Upstreams(limits(4096, 2))) {
      var link =
          legacyLink(
              small,
              (peer, _) -> {
                arrived.countDown();
                peer.awaitClose();
              });
      var first = call(link, "a");
      var second = call(link, "b");
      for (var request : List.of(first, second)) {
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    link.request(request, context());
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
      }
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(failure(link.request(call(link, "c"), context(Duration.ofMillis(100)))))
          .isInstanceOf(UpstreamFailure.Saturated.class);
      assertThat(counts.of(Limit.CALLS_PER_SERVER)).isOne();
      first.cancellation().cancel();
      second.cancellation().cancel();
    }
  }

  // ---- statuses

  @Test
  void aForgottenSessionIsLost() throws Exception {
    var link = legacyLink((peer, _) -> peer.empty(404));
    assertThat(failure(link.request(call(link, "echo"), context())))
        .isInstanceOf(UpstreamFailure.SessionLost.class);
  }

  @Test
  void aSessionRefusedTheWayTheTypeScriptExamplesDoIsLost() throws Exception {
    var link =
        legacyLink(
            (peer, _) ->
                peer.json(
                    400,
                    "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":"
                        + "\"Bad Request: No valid session ID provided\"},\"id\":null}"));
    assertThat(failure(link.request(call(link, "echo"), context())))
        .isInstanceOf(UpstreamFailure.SessionLost.class);
  }

  @Test
  void anHttpErrorWithAMessageIsThatMessage() throws Exception {
    var link =
        legacyLink(
            (peer, _) ->
                peer.json(
                    400,
                    "{\"jsonrpc\":\"2.0\",\"id\":null,"
                        + "\"error\":{\"code\":-32602,\"message\":\"bad\",\"data\":1e999}}"));
    var request = call(link, "echo");
    var answer = link.request(request, context());
    assertThat(answer).isInstanceOf(Answer.Whole.class);
    var whole = (Answer.Whole) answer;
    assertThat(whole.status()).isEqualTo(400);
    assertThat(whole.message().id().text()).isEqualTo(Long.toString(request.id()));
    assertThat(whole.message().bytes().text()).contains("1e999");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 401, 403, 405, 500, 502})
  void anHttpErrorWithoutAMessageIsRefused(int status) throws Exception {
    var link = legacyLink((peer, _) -> peer.empty(status, "Location: /other"));
    var failure = failure(link.request(call(link, "echo"), context()));
    assertThat(failure).isInstanceOf(UpstreamFailure.Refused.class);
    assertThat(((UpstreamFailure.Refused) failure).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void aServerMayAskForAPause(int status) throws Exception {
    var link = legacyLink((peer, _) -> peer.empty(status, "Retry-After: 7"));
    assertThat(failure(link.request(call(link, "echo"), context())))
        .isInstanceOfSatisfying(
            UpstreamFailure.Throttled.class,
            throttled -> {
              assertThat(throttled.retryAfter()).isEqualTo(Duration.ofSeconds(7));
              assertThat(throttled.whom())
                  .isEqualTo(
                      status == 429
                          ? UpstreamFailure.Throttled.Whom.CALLER
                          : UpstreamFailure.Throttled.Whom.EVERYBODY);
            });
  }

  @Test
  void aNotificationIsAccepted() throws Exception {
    var link = legacyLink((peer, _) -> peer.empty(202));
    assertThat(
            link.send(
                Payload.of("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}"),
                context()))
        .isNull();
  }

  @Test
  void sessionsThatComeAndGoKeepTheirConnections() throws Exception {
    var deleted = new Semaphore(0);
    server =
        new RawServer(
            peer -> {
              for (var request = peer.read(); request != null; request = peer.read()) {
                if (request.method().equals("DELETE")) {
                  peer.empty(200);
                  deleted.release();
                } else if (request.body().contains("\"method\":\"initialize\"")) {
                  peer.json(200, result(request, LEGACY_HELLO), "Mcp-Session-Id: s-2");
                } else {
                  peer.empty(202);
                }
              }
            });
    upstream = upstreams.create(at(server.url()));
    for (int i = 0; i < 10; i++) {
      upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS)).close();
      deleted.acquire();
    }
    // The next session may be opened just before the connection of the last one is back.
    assertThat(server.connections.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void closingALinkDeletesItsSession() throws Exception {
    var deleted = new CountDownLatch(1);
    server =
        new RawServer(
            peer -> {
              for (var request = peer.read(); request != null; request = peer.read()) {
                if (request.method().equals("DELETE")) {
                  assertThat(request.header("Mcp-Session-Id")).isEqualTo("s-2");
                  peer.empty(200);
                  deleted.countDown();
                } else if (request.body().contains("\"method\":\"initialize\"")) {
                  peer.json(200, result(request, LEGACY_HELLO), "Mcp-Session-Id: s-2");
                } else {
                  peer.empty(202);
                }
              }
            });
    upstream = upstreams.create(at(server.url()));
    upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS)).close();
    assertThat(deleted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  // ---- streams

  @Test
  void eventsArriveOneByOneUpToTheAnswer() throws Exception {
    var seen = new CountDownLatch(1);
    var link =
        legacyLink(
            (peer, request) -> {
              peer.events();
              peer.chunk(": hello\n\nid: 1\ndata:\n\n");
              peer.chunk("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n");
              seen.await();
              peer.chunk("event: message\r\ndata: " + result(request, "{}") + "\r\n\r\n");
              peer.lastChunk();
            });
    for (int i = 0; i < 3; i++) {
      try (var stream = stream(link.request(call(link, "echo"), context()))) {
        assertThat(received(stream)).isInstanceOf(Message.Notification.class);
        seen.countDown();
        assertThat(received(stream)).isInstanceOf(Message.Result.class);
        assertThat(stream.next()).isInstanceOf(MessageStream.Ended.class);
      }
    }
    // The last chunk need not have arrived when the next call takes the connection; usually it has.
    assertThat(server.connections.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void aStreamThatBreaksInsideAnEventIsBrokenAndNothingTornIsPassedOn() throws Exception {
    var link =
        legacyLink(
            (peer, _) -> {
              peer.events();
              peer.chunk("data: {\"jsonrpc\":\"2.0\",\"method\":\"a\"}\n\n");
              peer.chunk("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"res");
              peer.reset();
            });
    try (var stream = stream(link.request(call(link, "echo"), context()))) {
      var next = stream.next();
      if (next instanceof MessageStream.Received) {
        next = stream.next();
      }
      assertThat(next).isInstanceOf(MessageStream.Broken.class);
      var failure = ((MessageStream.Broken) next).failure();
      assertThat(failure).isInstanceOf(UpstreamFailure.BrokenOff.class);
      assertThat(failure.sent()).isTrue();
      assertThat(stream.next()).isInstanceOf(MessageStream.Ended.class);
    }
  }

  @Test
  void aStreamThatEndsBeforeTheAnswerIsBroken() throws Exception {
    var link =
        legacyLink(
            (peer, _) -> {
              peer.events();
              peer.chunk("data: {\"jsonrpc\":\"2.0\",\"method\":\"a\"}\n\n");
              peer.lastChunk();
            });
    try (var stream = stream(link.request(call(link, "echo"), context()))) {
      received(stream);
      assertThat(stream.next()).isInstanceOf(MessageStream.Broken.class);
    }
  }

  @Test
  void aStreamWithAWrongIdIsABadAnswer() throws Exception {
    var link =
        legacyLink(
            (peer, _) -> {
              peer.events();
              peer.chunk("data: {\"jsonrpc\":\"2.0\",\"id\":777,\"result\":{}}\n\n");
              peer.awaitClose();
            });
    try (var stream = stream(link.request(call(link, "echo"), context()))) {
      assertThat(((MessageStream.Broken) stream.next()).failure())
          .isInstanceOf(UpstreamFailure.BadAnswer.class);
    }
  }

  @Test
  void anEventOverTheLimitIsABadAnswer() throws Exception {
    try (var small = new Upstreams(limits(4096, 4))) {
      var link =
          legacyLink(
              small,
              (peer, _) -> {
                peer.events();
                peer.chunk("data: " + "x".repeat(20_000));
                peer.awaitClose();
              });
      try (var stream = stream(link.request(call(link, "echo"), context()))) {
        assertThat(((MessageStream.Broken) stream.next()).failure())
            .isInstanceOf(UpstreamFailure.BadAnswer.class);
        assertThat(counts.of(Limit.RESPONSE_BYTES)).isOne();
      }
    }
  }

  @Test
  void aSilentStreamEndsWithTheDeadline() throws Exception {
    var link =
        legacyLink(
            (peer, _) -> {
              peer.events();
              peer.awaitClose();
            });
    try (var stream = stream(link.request(call(link, "echo"), context(Duration.ofMillis(300))))) {
      assertThat(((MessageStream.Broken) stream.next()).failure())
          .isInstanceOf(UpstreamFailure.TimedOut.class);
    }
  }

  @Test
  void aServerThatClosesAndAsksToComeBackIsPolled() throws Exception {
    var link =
        legacyLink(
            (peer, request) -> {
              if (request.method().equals("GET")) {
                assertThat(request.header("Last-Event-ID")).isEqualTo("e-1");
                peer.events();
                peer.chunk(
                    "id: e-2\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"polled\":1}}\n\n");
                peer.lastChunk();
              } else {
                peer.events();
                peer.chunk("id: e-1\nretry: 20\ndata: \n\n");
                peer.lastChunk();
              }
            });
    try (var stream = stream(link.request(call(link, "poll"), context()))) {
      assertThat(stream.next()).isEqualTo(new MessageStream.Paused(Duration.ofMillis(20)));
      assertThat(((Message.Result) received(stream)).result().text()).isEqualTo("{\"polled\":1}");
      assertThat(stream.next()).isInstanceOf(MessageStream.Ended.class);
    }
  }

  @Test
  void closingAStreamEndsTheWaitOfItsReader() throws Exception {
    var link =
        legacyLink(
            (peer, _) -> {
              peer.events();
              peer.chunk("data: {\"jsonrpc\":\"2.0\",\"method\":\"a\"}\n\n");
              peer.awaitClose();
            });
    var stream = stream(link.request(call(link, "echo"), context()));
    received(stream);
    Thread.ofVirtual().start(stream::close);
    assertThat(stream.next()).isInstanceOf(MessageStream.Ended.class);
  }

  @Test
  void listeningComesBackBehindTheLastEvent() throws Exception {
    var link =
        legacyLink(
            (peer, request) -> {
              var last = request.header("Last-Event-ID");
              peer.events();
              peer.chunk(
                  "id: "
                      + (last.isEmpty() ? "1" : last + "1")
                      + "\nretry: 50\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"n"
                      + last
                      + "\"}\n\n");
              peer.lastChunk();
            });
    var stream = link.listen();
    assertThat(((Message.Notification) received(stream)).method()).isEqualTo("n");
    assertThat(((Message.Notification) received(stream)).method()).isEqualTo("n1");
    assertThat(((Message.Notification) received(stream)).method()).isEqualTo("n11");
    stream.close();
    assertThat(stream.next()).isInstanceOf(MessageStream.Ended.class);
  }

  @Test
  void listeningEndsWhereTheServerOffersNoStream() throws Exception {
    var link = legacyLink((peer, _) -> peer.empty(405));
    assertThat(link.listen().next()).isInstanceOf(MessageStream.Ended.class);
  }

  // ---- modern

  @Test
  void aModernCallCarriesMethodNameAndParamHeaders() throws Exception {
    var link = modernLink((peer, request) -> peer.json(200, result(request, "{}")));
    var message =
        (Message.Request)
            Calling.read("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{}}");
    var request =
        new OutboundRequest(
            link.nextId(),
            message,
            new Splice(message.bytes()),
            "tools/call",
            "gr\u00fc\u00df\u00eb",
            List.of(
                new OutboundRequest.Header("Mcp-Param-Region", "eu west"),
                new OutboundRequest.Header("Mcp-Param-Evil", "a\r\nX-Injected: 1")),
            new Cancellation());
    assertThat(text(link.request(request, context()))).isEqualTo("{}");
    var sent = server.seen.getLast();
    assertThat(sent.header("MCP-Protocol-Version")).isEqualTo("2026-07-28");
    assertThat(sent.header("Mcp-Method")).isEqualTo("tools/call");
    assertThat(sent.header("Mcp-Name")).isEqualTo("=?base64?Z3LDvMOfw6s=?=");
    assertThat(sent.header("Mcp-Param-Region")).isEqualTo("eu west");
    assertThat(sent.header("X-Injected")).isEmpty();
    assertThat(sent.header("Mcp-Session-Id")).isEmpty();
  }

  @Test
  void aModernStreamThatEndsEarlyIsNotResumed() throws Exception {
    var link =
        modernLink(
            (peer, _) -> {
              peer.events();
              peer.chunk("id: 1\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"a\"}\n\n");
              peer.lastChunk();
            });
    try (var stream = stream(link.request(call(link, "echo"), context()))) {
      received(stream);
      assertThat(stream.next()).isInstanceOf(MessageStream.Broken.class);
    }
  }

  @Test
  void endlessProgressOfOtherCallsIsABadAnswer() throws Exception {
    var link =
        modernLink(
            (peer, _) -> {
              peer.events();
              while (!Thread.currentThread().isInterrupted()) {
                peer.chunk(
                    "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\","
                        + "\"params\":{\"progressToken\":\"nobody's\",\"progress\":1}}\n\n");
              }
            });
    try (var stream = stream(link.request(call(link, "echo"), context()))) {
      for (var passed = 0; passed < StrayProgress.MAX; passed++) {
        received(stream);
      }
      assertThat(stream.next())
          .isInstanceOfSatisfying(
              MessageStream.Broken.class,
              broken ->
                  assertThat(broken.failure())
                      .isInstanceOfSatisfying(
                          UpstreamFailure.BadAnswer.class,
                          bad -> assertThat(bad.detail()).contains("more than 1,000")));
    }
  }

  // ---- probing

  @Test
  void aDualServerIsKnownInBothErasAndItsProbeSessionIsDeleted() throws Exception {
    var deleted = new CountDownLatch(1);
    server =
        new RawServer(
            peer -> {
              for (var request = peer.read(); request != null; request = peer.read()) {
                if (request.method().equals("DELETE")) {
                  peer.empty(200);
                  deleted.countDown();
                } else if (request.body().contains("server/discover")) {
                  peer.json(200, result(request, DISCOVERED));
                } else {
                  peer.json(200, result(request, LEGACY_HELLO), "Mcp-Session-Id: s-3");
                }
              }
            });
    upstream = upstreams.create(at(server.url()));
    var profile = upstream.probe(Deadline.in(Calling.GENEROUS));
    assertThat(profile.speaks(Era.MODERN)).isTrue();
    assertThat(profile.speaks(Era.LEGACY)).isTrue();
    assertThat(deleted.await(10, TimeUnit.SECONDS)).isTrue();
    var discover = server.seen.getFirst();
    assertThat(discover.header("MCP-Protocol-Version")).isEqualTo("2026-07-28");
    assertThat(discover.header("Mcp-Method")).isEqualTo("server/discover");
    assertThat(discover.body()).contains("io.modelcontextprotocol/clientCapabilities");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "400 {\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"x\"}}",
        "400 Bad Request: Missing session ID",
        "404 not found",
        "406 ",
        "200 {\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no\"}}",
        "400 {\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32022,\"message\":\"v\","
            + "\"data\":{\"supported\":[\"2025-11-25\"]}}}"
      })
  void aServerThatDoesNotKnowDiscoverIsLegacy(String reply) throws Exception {
    server =
        new RawServer(
            peer -> {
              for (var request = peer.read(); request != null; request = peer.read()) {
                if (request.body().contains("server/discover")) {
                  peer.json(Integer.parseInt(reply.substring(0, 3)), reply.substring(4));
                } else {
                  peer.json(200, result(request, LEGACY_HELLO));
                }
              }
            });
    upstream = upstreams.create(at(server.url()));
    var profile = upstream.probe(Deadline.in(Calling.GENEROUS));
    assertThat(profile.speaks(Era.MODERN)).isFalse();
    assertThat(profile.speaks(Era.LEGACY)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 429, 500, 502, 503})
  void whatAProxySaysIsNoEra(int status) throws Exception {
    var proxy = new AtomicInteger(status);
    server =
        new RawServer(
            peer -> {
              for (var request = peer.read(); request != null; request = peer.read()) {
                if (proxy.get() != 0) {
                  peer.empty(proxy.get());
                } else if (request.body().contains("server/discover")) {
                  peer.json(200, result(request, DISCOVERED));
                } else {
                  peer.json(404, error(request, -32601, "no"));
                }
              }
            });
    upstream = upstreams.create(at(server.url()));
    assertThatThrownBy(() -> upstream.probe(Deadline.in(Calling.GENEROUS)))
        .isInstanceOf(UpstreamUnavailable.class);
    proxy.set(0);
    assertThat(upstream.probe(Deadline.in(Calling.GENEROUS)).speaks(Era.MODERN)).isTrue();
  }

  @Test
  void anIpv6LiteralIsReached() throws Exception {
    ServerSocket listening;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getByAddress(IPV6_LOOPBACK));
    } catch (IOException e) {
      org.junit.jupiter.api.Assumptions.abort("no IPv6 loopback here: " + e.getMessage());
      return;
    }
    server =
        new RawServer(legacy((peer, request) -> peer.json(200, result(request, "{}"))), listening);
    upstream = upstreams.create(at(URI.create("http://[::1]:" + server.port() + "/mcp")));
    var link = upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS));
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{}");
    assertThat(server.seen.getLast().header("Host")).isEqualTo("[::1]:" + server.port());
  }

  @Test
  void everyAddressOfANameIsTried() throws Exception {
    server =
        new RawServer(
            legacy((peer, request) -> peer.json(200, result(request, "{}"))),
            new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
    upstream = upstreams.create(at(URI.create("http://localhost:" + server.port() + "/mcp")));
    var link = upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS));
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{}");
  }

  @Test
  void idleConnectionsAreClosed() throws Exception {
    var closed = new CountDownLatch(1);
    var shortIdle =
        new UpstreamLimits(
            4096,
            4,
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            4096,
            4096);
    try (var small = new Upstreams(shortIdle)) {
      server =
          new RawServer(
              peer -> {
                legacy((_, _) -> {}).run(peer);
                closed.countDown();
              });
      upstream = small.create(at(server.url()));
      upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS));
      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
