package io.portolan.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.SseFrame;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class McpEndpointTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}";

  private EdgeFixture edge;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    edge = new EdgeFixture();
    client = edge.client();
  }

  @AfterEach
  void stop() throws IOException {
    edge.close();
  }

  private Inbound seen() {
    return edge.gateway.last();
  }

  @Test
  void aPostReachesTheCoreByteForByteAndItsReplyTheClient() throws IOException {
    var response = client.exchange(RawClient.post("/mcp", CALL));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(CALL);
    assertThat(response.header("content-type")).isEqualTo("application/json");
    assertThat(response.header("content-length")).isEqualTo("" + CALL.length());
    assertThat(response.header("date")).isNotNull();
    assertThat(seen().route()).isEqualTo(new Inbound.Route.Federated());
    assertThat(seen().body().text()).isEqualTo(CALL);
  }

  @Test
  void oneConnectionServesManyRequestsInARow() throws IOException {
    for (int i = 0; i < 100; i++) {
      assertThat(client.exchange(RawClient.post("/mcp", "{\"id\":" + i + "}")).body())
          .isEqualTo("{\"id\":" + i + "}");
    }
  }

  /** Across the sizes at which a reply leaves in another way: alone, through a buffer, in parts. */
  @ParameterizedTest
  @ValueSource(ints = {16_384, 16_385, 130_000, 131_072, 262_144, 262_145, 1 << 20})
  void aLargeReplyOfManyPiecesArrivesWhole(int length) throws IOException {
    var text = new StringBuilder();
    for (int i = 0; text.length() < length; i++) {
      text.append(i).append(' ');
    }
    text.setLength(length);
    var pieces =
        IntStream.iterate(0, at -> at < length, at -> at + 50_001)
            .mapToObj(at -> Payload.of(text.substring(at, Math.min(length, at + 50_001))))
            .toList();
    edge.gateway.onPost =
        (_, reply) -> {
          reply.whole(200, List.of(), Payload.concat(pieces));
          return ScriptedGateway.CALLED;
        };
    for (int i = 0; i < 3; i++) {
      assertThat(client.exchange(RawClient.post("/mcp", CALL)).body()).isEqualTo(text.toString());
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    client.send(
        RawClient.post("/mcp", "{\"id\":1}")
            + RawClient.post("/mcp", "{\"id\":2}")
            + RawClient.request("GET", "/health/live")
            + RawClient.post("/mcp", "{\"id\":3}"));

    assertThat(client.receive().body()).isEqualTo("{\"id\":1}");
    assertThat(client.receive().body()).isEqualTo("{\"id\":2}");
    assertThat(client.receive().body()).contains("live");
    assertThat(client.receive().body()).isEqualTo("{\"id\":3}");
  }

  @Test
  void aChunkedBodyArrivesAsOne() throws IOException {
    var head =
        RawClient.request(
            "POST",
            "/mcp",
            "Content-Type: application/json",
            "Accept: */*",
            "Transfer-Encoding: chunked");

    var response = client.exchange(head + "3\r\n{\"i\r\n5\r\nd\":7}\r\n0\r\n\r\n");

    assertThat(response.body()).isEqualTo("{\"id\":7}");
    assertThat(client.exchange(RawClient.post("/mcp", CALL)).status()).isEqualTo(200);
  }

  @Test
  void aBodyThatTricklesInArrivesWhole() throws IOException {
    var request = RawClient.post("/mcp", CALL);
    for (int i = 0; i < request.length(); i += 7) {
      client.send(request.substring(i, Math.min(request.length(), i + 7)));
    }

    assertThat(client.receive().body()).isEqualTo(CALL);
  }

  @Test
  void aBodyOfMegabytesArrivesWholeAndLeavesWhole() throws IOException {
    var body = "\"" + "x".repeat(3 << 20) + "\"";

    assertThat(client.exchange(RawClient.post("/mcp", body)).body()).isEqualTo(body);
    assertThat(client.exchange(RawClient.post("/mcp", CALL)).body()).isEqualTo(CALL);
  }

  @Test
  void theRouteOfOneServerIsDecodedAfterItWasSplit() throws IOException {
    client.exchange(RawClient.post("/mcp/s/my%20files%2Fa", CALL));

    assertThat(seen().route()).isEqualTo(new Inbound.Route.Single("my files/a"));
  }

  @ParameterizedTest
  @CsvSource({"..,..", "%2e%2e,..", "a%2F..%2Fb,a/../b", "a+b,a+b", "%C3%A9,\u00e9", "a;b=c,a;b=c"})
  void aStrangeServerNameIsJustAName(String encoded, String name) throws IOException {
    client.exchange(RawClient.post("/mcp/s/" + encoded, CALL));

    assertThat(seen().route()).isEqualTo(new Inbound.Route.Single(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mcp/s/%zz", "/mcp/s/%", "/mcp/s/a\u0001", "/mcp/s/%00"})
  void aMalformedPathIsNoServerError(String path) throws IOException {
    assertThat(client.exchange(RawClient.post(path, CALL)).status()).isBetween(200, 499);
  }

  @Test
  void headersReachTheCoreWithoutRegardToCase() throws IOException {
    client.exchange(
        RawClient.post(
            "/mcp",
            CALL,
            "mcp-SESSION-id: s1",
            "Mcp-Param-A: 1",
            "MCP-Param-B: 2",
            "X-Y: a",
            "x-y: b"));

    var headers = seen().headers();
    assertThat(headers.first("Mcp-Session-Id")).isEqualTo("s1");
    assertThat(headers.first("Mcp-Name")).isNull();
    assertThat(headers.count("X-Y")).isEqualTo(2);
    assertThat(headers.first("X-Y")).isEqualTo("a");
    var found = new java.util.TreeMap<String, String>();
    headers.eachWithPrefix("mcp-param-", found::put);
    assertThat(found)
        .containsExactly(
            java.util.Map.entry("mcp-param-a", "1"), java.util.Map.entry("mcp-param-b", "2"));
  }

  @Test
  void theTraceOfTheClientIsCarriedOn() throws IOException {
    var traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    client.exchange(RawClient.post("/mcp", CALL, "traceparent: " + traceparent));
    assertThat(seen().context().trace().traceparent()).isEqualTo(traceparent);

    client.exchange(RawClient.post("/mcp", CALL, "traceparent: garbage"));
    assertThat(seen().context().trace().traceparent()).hasSize(55);
  }

  @Test
  void headersOfTheCoreAreSent() throws IOException {
    edge.gateway.onPost =
        (inbound, reply) -> {
          reply.whole(200, List.of(new Reply.Header("Mcp-Session-Id", "s-1")), Payload.of("{}"));
          return ScriptedGateway.CALLED;
        };

    assertThat(client.exchange(RawClient.post("/mcp", CALL)).header("mcp-session-id"))
        .isEqualTo("s-1");
  }

  @Test
  void aHeaderThatWouldStartAnotherLineIsNotSent() throws IOException {
    edge.gateway.onPost =
        (inbound, reply) -> {
          reply.whole(200, List.of(new Reply.Header("X", "a\r\nSet-Cookie: b")), Payload.of("{}"));
          return ScriptedGateway.CALLED;
        };

    client.send(RawClient.post("/mcp", CALL));

    assertThat(client.receive().status()).isEqualTo(500);
  }

  @Test
  void anEmptyReplyHasNoBody() throws IOException {
    edge.gateway.onPost =
        (inbound, reply) -> {
          reply.empty(202, List.of());
          return ScriptedGateway.CALLED;
        };

    var response = client.exchange(RawClient.post("/mcp", CALL));

    assertThat(response.status()).isEqualTo(202);
    assertThat(response.header("content-length")).isEqualTo("0");
    assertThat(client.exchange(RawClient.request("DELETE", "/mcp")).status()).isEqualTo(204);
  }

  @Test
  void anEventStreamIsSentOneChunkForEachWrite() throws IOException {
    edge.gateway.onPost =
        (inbound, reply) -> {
          var sink = reply.stream(List.of());
          sink.write(SseFrame.message("1", Payload.of("{\"a\":1}")));
          sink.write(SseFrame.keepAlive());
          sink.close();
          sink.close();
          return ScriptedGateway.CALLED;
        };

    client.send(RawClient.post("/mcp", CALL));
    var head = client.head();

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-type")).isEqualTo("text/event-stream");
    assertThat(head.header("cache-control")).isEqualTo("no-store");
    assertThat(head.header("x-accel-buffering")).isEqualTo("no");
    assertThat(client.chunk()).isEqualTo("id: 1\nevent: message\ndata: {\"a\":1}\n\n");
    assertThat(client.chunk()).isEqualTo(": keep-alive\n\n");
    assertThat(client.chunk()).isEmpty();
    assertThat(client.exchange(RawClient.post("/mcp/s/x", CALL)).status()).isEqualTo(200);
  }

  @Test
  void aStreamThatHasNothingToSayYetSendsItsHead() throws Exception {
    var go = new java.util.concurrent.CountDownLatch(1);
    edge.gateway.onPost =
        (inbound, reply) -> {
          var sink = reply.stream(List.of());
          go.await();
          sink.write(SseFrame.keepAlive());
          sink.close();
          return ScriptedGateway.CALLED;
        };

    client.send(RawClient.post("/mcp", CALL));
    assertThat(client.head().header("content-type")).isEqualTo("text/event-stream");
    go.countDown();

    assertThat(client.chunk()).isEqualTo(": keep-alive\n\n");
    assertThat(client.chunk()).isEmpty();
  }

  @Test
  void anUnexpectedExceptionTellsTheTraceAndNothingElse() throws IOException {
    edge.gateway.onPost =
        (inbound, reply) -> {
          throw new IllegalStateException("secret of the house");
        };

    var response = client.exchange(RawClient.post("/mcp", CALL));

    assertThat(response.status()).isEqualTo(500);
    assertThat(response.body())
        .contains("-32603", seen().context().trace().traceId())
        .doesNotContain("secret");
    edge.gateway.onPost = (inbound, reply) -> ScriptedGateway.echo(inbound, reply);
    assertThat(client.exchange(RawClient.post("/mcp", CALL)).status()).isEqualTo(200);
  }

  @Test
  void aCoreThatForgetsToReplyIsAnInternalError() throws IOException {
    edge.gateway.onPost = (inbound, reply) -> ScriptedGateway.CALLED;

    assertThat(client.exchange(RawClient.post("/mcp", CALL)).status()).isEqualTo(500);
  }

  @Test
  void connectionCloseIsHonoured() throws IOException {
    var response = client.exchange(RawClient.post("/mcp", CALL, "Connection: close"));

    assertThat(response.header("connection")).isEqualTo("close");
    client.awaitEnd();
  }

  @Test
  void expectContinueIsAnswered() throws IOException {
    client.send(
        RawClient.post("/mcp", CALL, "Expect: 100-continue")
            .substring(
                0, RawClient.post("/mcp", CALL, "Expect: 100-continue").length() - CALL.length()));
    assertThat(client.head().status()).isEqualTo(100);
    client.send(CALL);

    assertThat(client.receive().body()).isEqualTo(CALL);
  }

  @Test
  void theCallHasTheDeadlineOfTheSettings() throws IOException {
    client.exchange(RawClient.post("/mcp", CALL));

    assertThat(seen().context().deadline().nanosLeft())
        .isBetween(1L, EdgeLimits.DEFAULT.callTimeout().toNanos());
  }

  @Test
  void oneLineForEachCallIsLogged() throws IOException {
    var traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    edge.gateway.onPost =
        (inbound, reply) -> {
          reply.whole(200, List.of(), Payload.of("{\"secret\":1}"));
          return new CallRecord(
              "tools/call",
              "fi\nles",
              "re\"ad\u001b[31m\u00e9",
              "abcd",
              "modern",
              CallRecord.Outcome.TOOL_ERROR);
        };
    client.exchange(RawClient.post("/mcp", CALL, "traceparent: " + traceparent));
    EdgeFixture.await("a line", () -> edge.logText().endsWith("}\n"));

    assertThat(edge.logText())
        .matches(
            "\\{\"ts\":\"2026-11-21T10:20:30.456Z\","
                + "\"trace\":\"0af7651916cd43dd8448eb211c80319c\",\"tenant\":\"development\","
                + "\"session\":\"abcd\",\"http\":\"POST\",\"method\":\"tools/call\","
                + "\"server\":\"fi\\\\u000ales\","
                + "\"tool\":\"re\\\\\"ad\\\\u001b\\[31m\\\\u00e9\",\"era\":\"modern\","
                + "\"outcome\":\"tool_error\",\"status\":200,\"ms\":\\d+\\.\\d{3},"
                + "\"bytes_in\":"
                + CALL.length()
                + ",\"bytes_out\":12\\}\n");
  }
}
