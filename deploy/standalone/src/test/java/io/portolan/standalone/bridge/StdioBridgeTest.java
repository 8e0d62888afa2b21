package io.portolan.standalone.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.standalone.bridge.FakeEndpoint.Behaviour;
import io.portolan.standalone.bridge.FakeEndpoint.Received;
import io.portolan.standalone.bridge.FakeEndpoint.Reply;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("NullAway.Init")
class StdioBridgeTest {
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
          + "\"capabilities\":{},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}";
  private static final String INITIALIZED =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
  private static final String INITIALIZE_RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
          + "\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}}";
  private static final String META =
      "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

  // Set by each test through start().
  private FakeEndpoint endpoint;
  private StdioClient client;

  @AfterEach
  void stop() throws IOException {
    if (client != null) {
      client.close();
    }
    if (endpoint != null) {
      endpoint.close();
    }
  }

  @Test
  void aLegacySessionIsKeptOnEveryRequestAndEndedAtTheEnd() throws Exception {
    start(legacy("s1", (received, reply) -> reply.json(result(id(received), "{}"))));
    open();
    client.send(request(1, "tools/list"));
    assertThat(client.next()).isEqualTo(result("1", "{}"));
    client.end();

    assertThat(posted("initialize").header("Mcp-Session-Id")).isEmpty();
    for (var later : new String[] {"notifications/initialized", "tools/list"}) {
      assertThat(posted(later).header("Mcp-Session-Id")).isEqualTo("s1");
      assertThat(posted(later).header("MCP-Protocol-Version")).isEqualTo("2025-06-18");
      assertThat(posted(later).header("Accept")).contains("application/json", "text/event-stream");
    }
    assertThat(endpoint.received(received -> received.method().equals("DELETE")))
        .singleElement()
        .satisfies(delete -> assertThat(delete.header("Mcp-Session-Id")).isEqualTo("s1"));
  }

  @Test
  void messagesKeepTheirBytesBothWays() throws Exception {
    var sent =
        "{ \"params\" : {\"name\":\"t\", \"arguments\":{\"n\":123456789012345678901234567890,\"d\":1.10e+2,"
            + "\"s\":\"\\u00e4\\/ä\"}}, \"x-unknown\":[ ], \"id\":\"a\\u0062\", \"method\":\"tools/call\","
            + " \"jsonrpc\":\"2.0\"}";
    var answered =
        "{\"result\":{\"n\":99999999999999999999999,\"d\":0.1000,\"_x\":null},\"extra\":{ },"
            + " \"id\":\"ab\",\"jsonrpc\":\"2.0\"}";
    start(legacy("s1", (_, reply) -> reply.json(answered)));
    open();
    client.send(sent);
    assertThat(client.next()).isEqualTo(answered);
    assertThat(posted("tools/call").body()).isEqualTo(sent);
  }

  @Test
  void lineBreaksInAnAnswerBecomeSpaces() throws Exception {
    start(
        legacy(
            "s1",
            (_, reply) ->
                reply.json(
                    "{\"jsonrpc\":\"2.0\",\r\n \"id\":1,\n\"result\":{\"a\":\"b\\nc\"}}\n")));
    open();
    client.send(request(1, "tools/list"));
    assertThat(client.next())
        .isEqualTo("{\"jsonrpc\":\"2.0\",   \"id\":1, \"result\":{\"a\":\"b\\nc\"}} ");
  }

  @Test
  void anEventStreamIsPassedOnEventByEvent() throws Exception {
    var goOn = new CountDownLatch(1);
    var progress = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{}}";
    start(
        legacy(
            "s1",
            (received, reply) -> {
              reply.stream();
              reply.event("id: 7\ndata:");
              reply.message(progress);
              goOn.await();
              reply.message(result(id(received), "{\"done\":true}"));
            }));
    open();
    client.send(request(1, "tools/call"));
    assertThat(client.next()).isEqualTo(progress);
    goOn.countDown();
    assertThat(client.next()).isEqualTo(result("1", "{\"done\":true}"));
  }

  @Test
  void aQuestionOfTheServerIsAnsweredWhileTheCallIsUnderWay() throws Exception {
    var answered = new CountDownLatch(1);
    var question = "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}";
    var answer = "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"roots\":[]}}";
    start(
        legacy(
            "s1",
            (received, reply) -> {
              if (received.body().equals(answer)) {
                reply.status(202);
                answered.countDown();
                return;
              }
              reply.stream();
              reply.message(question);
              assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
              reply.message(result(id(received), "{}"));
            }));
    open();
    client.send(request(1, "tools/call"));
    assertThat(client.next()).isEqualTo(question);
    client.send(answer);
    assertThat(client.next()).isEqualTo(result("1", "{}"));
  }

  @Test
  void concurrentRequestsDoNotWaitForEachOther() throws Exception {
    var all = new CountDownLatch(20);
    start(
        legacy(
            "s1",
            (received, reply) -> {
              all.countDown();
              assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
              reply.json(result(id(received), "{}"));
            }));
    open();
    for (var id = 1; id <= 20; id++) {
      client.send(request(id, "tools/call"));
    }
    for (var id = 1; id <= 20; id++) {
      assertThat(client.next()).endsWith("\"result\":{}}");
    }
  }

  @Test
  void notificationsKeepTheirOrderAndPrecedeLaterRequests() throws Exception {
    start(legacy("s1", (received, reply) -> reply.json(result(id(received), "{}"))));
    open();
    for (var i = 0; i < 20; i++) {
      client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/n" + i + "\"}");
    }
    client.send(request(1, "tools/list"));
    client.next();
    var bodies = endpoint.received().stream().map(Received::body).toList();
    for (var i = 0; i < 19; i++) {
      assertThat(indexOf(bodies, "/n" + i + "\""))
          .isLessThan(indexOf(bodies, "/n" + (i + 1) + "\""));
    }
    assertThat(indexOf(bodies, "/n19\"")).isLessThan(indexOf(bodies, "tools/list"));
  }

  @Test
  void theListeningStreamIsOpenedAgainWhereItEnded() throws Exception {
    var gets = new AtomicInteger();
    var changed = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";
    start(
        (received, reply) -> {
          if (received.method().equals("GET")) {
            reply.stream();
            reply.event("id: e" + gets.incrementAndGet() + "\nretry: 10\ndata: " + changed);
            if (gets.get() == 3) {
              new CountDownLatch(1).await();
            }
            return;
          }
          legacy("s1", (_, other) -> other.status(500)).answer(received, reply);
        });
    open();
    for (var i = 0; i < 3; i++) {
      assertThat(client.next()).isEqualTo(changed);
    }
    var opened = endpoint.received(received -> received.method().equals("GET"));
    assertThat(opened)
        .extracting(received -> received.header("Last-Event-ID"))
        .containsExactly("", "e1", "e2");
    assertThat(opened)
        .allSatisfy(received -> assertThat(received.header("Mcp-Session-Id")).isEqualTo("s1"));
  }

  @Test
  void aStreamThatEndsBeforeTheAnswerIsResumed() throws Exception {
    start(
        (received, reply) -> {
          if (received.method().equals("GET") && received.header("Last-Event-ID").equals("p1")) {
            reply.stream();
            reply.message(result("1", "{\"late\":true}"));
          } else if (received.body().contains("tools/call")) {
            reply.stream();
            reply.event("id: p1\nretry: 5\ndata:");
          } else {
            legacy("s1", (_, other) -> other.status(500)).answer(received, reply);
          }
        });
    open();
    client.send(request(1, "tools/call"));
    assertThat(client.next()).isEqualTo(result("1", "{\"late\":true}"));
  }

  @Test
  void aStreamThatBreaksForGoodIsAnErrorThatSaysSo() throws Exception {
    start(
        legacy(
            "s1",
            (_, reply) -> {
              reply.stream();
              reply.event(": nothing more comes");
            }));
    open();
    client.send(request("\"x\"", "tools/call"));
    assertThat(client.next()).contains("\"id\":\"x\"", "\"error\"", "may have had its effect");
  }

  @Test
  void aForgottenSessionIsOpenedAgainWithTheClientsOwnMessages() throws Exception {
    start(legacy("s1", (received, reply) -> reply.json(result(id(received), "{}"))));
    open();
    endpoint.behave(
        legacy("s2", (received, reply) -> reply.json(result(id(received), "{\"again\":1}"))));
    client.send(request(1, "tools/list"));
    assertThat(client.next()).isEqualTo(result("1", "{\"again\":1}"));
    client.send(request(2, "tools/list"));
    assertThat(client.next()).isEqualTo(result("2", "{\"again\":1}"));
    assertThat(client.isSilent()).as("the second answer to initialize stays here").isTrue();
    assertThat(endpoint.received(received -> received.body().equals(INITIALIZE))).hasSize(2);
    assertThat(endpoint.received(received -> received.body().equals(INITIALIZED))).hasSize(2);
  }

  @Test
  void requestsWaitUntilTheSessionIsOpen() throws Exception {
    var open = new CountDownLatch(1);
    start(
        (received, reply) -> {
          if (received.body().contains("initialize\"")) {
            assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
          }
          legacy("s1", (call, other) -> other.json(result(id(call), "{}"))).answer(received, reply);
        });
    client.send(INITIALIZE);
    client.send(request(1, "tools/list"));
    open.countDown();
    assertThat(client.next()).isEqualTo(INITIALIZE_RESULT);
    assertThat(client.next()).isEqualTo(result("1", "{}"));
    assertThat(posted("tools/list").header("Mcp-Session-Id")).isEqualTo("s1");
  }

  @Test
  void cancellingALegacyRequestIsANotificationAfterIt() throws Exception {
    var cancelled = new CountDownLatch(1);
    start(
        legacy(
            "s1",
            (received, reply) -> {
              if (received.body().contains("cancelled")) {
                reply.status(202);
                cancelled.countDown();
                return;
              }
              assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
              reply.json(result(id(received), "{}"));
            }));
    open();
    // More than a connection's buffers hold: its head arrives before the whole of it was sent.
    var text = "x".repeat(24 << 20);
    client.send(request("1", "tools/call", "{\"text\":\"" + text + "\"}"));
    client.send(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
    assertThat(client.next()).isEqualTo(result("1", "{}"));
    assertThat(posted("tools/call").arrival())
        .isLessThan(posted("notifications/cancelled").arrival());
  }

  @Test
  void modernRequestsCarryTheHeadersOfTheirBody() throws Exception {
    start((received, reply) -> reply.json(result(id(received), "{}")));
    client.send(modern(1, "tools/call", "\"name\":\"echo\","));
    client.next();
    client.send(modern(2, "resources/read", "\"uri\":\"test://ä\","));
    client.next();
    client.send(modern(3, "tools/list", ""));
    client.next();
    assertThat(posted("tools/call").headers())
        .containsEntry("mcp-protocol-version", "2026-07-28")
        .containsEntry("mcp-method", "tools/call")
        .containsEntry("mcp-name", "echo")
        .doesNotContainKey("mcp-session-id");
    assertThat(posted("resources/read").header("Mcp-Name")).isEqualTo("=?base64?dGVzdDovL8Ok?=");
    assertThat(posted("tools/list").headers()).doesNotContainKey("mcp-name");
    client.end();
    assertThat(endpoint.received(received -> !received.method().equals("POST"))).isEmpty();
  }

  @Test
  void argumentsThatAToolWantsInHeadersAreRepeatedThere() throws Exception {
    var tools =
        "{\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\",\"properties\":{"
            + "\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"},"
            + "\"deep\":{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"x-mcp-header\":\"N\"}}},"
            + "\"plain\":{\"type\":\"string\"}}}}]}";
    start(
        (received, reply) ->
            reply.json(
                result(id(received), received.body().contains("tools/list") ? tools : "{}")));
    client.send(modern(1, "tools/list", ""));
    client.next();
    client.send(
        modern(
            2,
            "tools/call",
            "\"name\":\"t\",\"arguments\":{\"region\":\"eu\",\"deep\":{\"n\":42},\"plain\":\"p\"},"));
    client.next();
    assertThat(posted("tools/call").headers())
        .containsEntry("mcp-param-region", "eu")
        .containsEntry("mcp-param-n", "42")
        .doesNotContainKey("mcp-param-plain");
  }

  @Test
  void cancellingAModernRequestClosesItsConnection() throws Exception {
    var under = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    start(
        (received, reply) -> {
          if (!received.body().contains("tools/call")) {
            reply.json(result(id(received), "{}"));
            return;
          }
          reply.stream();
          under.countDown();
          try {
            while (true) {
              reply.event(": still here");
            }
          } catch (IOException _) {
            closed.countDown();
          }
        });
    client.send(modern(1, "tools/call", "\"name\":\"t\","));
    assertThat(under.await(20, TimeUnit.SECONDS)).isTrue();
    client.send(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    client.send(modern(2, "tools/list", ""));
    assertThat(client.next()).isEqualTo(result("2", "{}"));
    assertThat(endpoint.received(received -> received.body().contains("cancelled"))).isEmpty();
  }

  @Test
  void anErrorStatusKeepsTheEndpointsError() throws Exception {
    var own =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32602,\"message\":\"m\",\"data\":[1.0]}}";
    start((_, reply) -> reply.json(404, own));
    client.send(modern(1, "tools/call", "\"name\":\"t\","));
    assertThat(client.next()).isEqualTo(own);
  }

  @Test
  void anErrorWithoutAnIdIsGivenThatOfItsRequest() throws Exception {
    start(
        (_, reply) ->
            reply.json(
                400,
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32020,\"message\":\"m\",\"data\":{\"z\":1.0}}}"));
    client.send(modern(1, "tools/call", "\"name\":\"t\","));
    assertThat(client.next())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32020,\"message\":\"m\",\"data\":{\"z\":1.0}}}");
  }

  @Test
  void anErrorStatusOfAProxyBecomesAnError() throws Exception {
    start((_, reply) -> reply.json(502, "<html>Bad Gateway</html>"));
    client.send(modern(1, "tools/call", "\"name\":\"t\","));
    assertThat(client.next()).contains("\"id\":1", "\"error\"", "HTTP status 502");
  }

  @Test
  void whatIsNoMessageIsAnsweredWithoutAskingTheEndpoint() throws Exception {
    start((received, reply) -> reply.json(result(id(received), "{}")));
    client.send("{nonsense");
    assertThat(client.next()).contains("\"id\":null", "-32700");
    client.send("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]");
    assertThat(client.next()).contains("-32600", "batch");
    client.send("{\"id\":5,\"method\":\"ping\"}");
    assertThat(client.next()).contains("\"id\":5", "-32600");
    client.send("");
    client.send(modern(1, "tools/list", ""));
    assertThat(client.next()).isEqualTo(result("1", "{}"));
    assertThat(endpoint.received()).hasSize(1);
  }

  @Test
  void aMessageOverTheBoundIsRefusedAndTheNextOneWorks() throws Exception {
    start((received, reply) -> reply.json(result(id(received), "{}")), 1000);
    client.send(modern(1, "tools/list", "\"x\":\"" + "y".repeat(100_000) + "\","));
    assertThat(client.next()).contains("\"id\":null", "-32600", "longer than 1000 bytes");
    client.send(modern(2, "tools/list", ""));
    assertThat(client.next()).isEqualTo(result("2", "{}"));
  }

  @Test
  void nobodyAtTheEndpointIsAnErrorThatSaysWhatToDo() throws Exception {
    client =
        new StdioClient(
            options(URI.create("http://127.0.0.1:1/mcp"), 64 << 20, Duration.ofMillis(200)));
    client.send(INITIALIZE);
    assertThat(client.next()).contains("\"id\":0", "Not sent", "portolan up");
  }

  @Test
  void aGatewayThatComesBackIsFoundAgain() throws Exception {
    start((received, reply) -> reply.json(result(id(received), "{}")));
    var port = endpoint.port();
    endpoint.close();
    client.send(modern(1, "tools/list", ""));
    endpoint =
        new FakeEndpoint(
            (received, reply) -> reply.json(result(id(received), "{\"back\":1}")), port);
    assertThat(client.next()).isEqualTo(result("1", "{\"back\":1}"));
  }

  @Test
  void requestsUnderWayFinishAfterTheClientClosedItsSide() throws Exception {
    var arrived = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    start(
        (received, reply) -> {
          arrived.countDown();
          assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
          reply.json(result(id(received), "{}"));
        });
    client.send(modern(1, "tools/list", ""));
    assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
    var end =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    client.end();
                  } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    ended.countDown();
    end.join();
    assertThat(client.next()).isEqualTo(result("1", "{}"));
  }

  @Test
  void aListeningRequestDoesNotHoldTheEndUp() throws Exception {
    var open = new CountDownLatch(1);
    start(
        (_, reply) -> {
          reply.stream();
          reply.message(
              "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\"}");
          open.countDown();
          new CountDownLatch(1).await();
        });
    client.send(modern(1, "subscriptions/listen", ""));
    assertThat(client.next()).contains("acknowledged");
    client.end();
  }

  @Test
  void anIdThatIsUnderWayIsNotUsedTwice() throws Exception {
    var goOn = new CountDownLatch(1);
    start(
        (received, reply) -> {
          assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
          reply.json(result(id(received), "{}"));
        });
    client.send(modern(1, "tools/list", ""));
    client.send(modern(1, "tools/list", ""));
    assertThat(client.next()).contains("\"id\":1", "Not sent");
    goOn.countDown();
    assertThat(client.next()).isEqualTo(result("1", "{}"));
  }

  @Test
  void headersOfTheUserGoWithEveryRequest() throws Exception {
    endpoint = new FakeEndpoint((received, reply) -> reply.json(result(id(received), "{}")));
    client = new StdioClient(BridgeOptions.to(endpoint.uri()).withHeaders(Map.of("X-Key", "k")));
    client.send(modern(1, "tools/list", ""));
    client.next();
    assertThat(posted("tools/list").header("X-Key")).isEqualTo("k");
  }

  private void start(Behaviour behaviour) throws IOException {
    start(behaviour, 64 << 20);
  }

  private void start(Behaviour behaviour, int messageBytesMax) throws IOException {
    endpoint = new FakeEndpoint(behaviour);
    client = new StdioClient(options(endpoint.uri(), messageBytesMax, Duration.ofSeconds(20)));
  }

  private static BridgeOptions options(URI uri, int messageBytesMax, Duration reachWithin) {
    return new BridgeOptions(
        uri,
        Map.of(),
        messageBytesMax,
        1_000,
        reachWithin,
        Duration.ofSeconds(30),
        Duration.ofSeconds(20));
  }

  private void open() throws IOException, InterruptedException {
    client.send(INITIALIZE);
    assertThat(client.next()).isEqualTo(INITIALIZE_RESULT);
    client.send(INITIALIZED);
  }

  /** A legacy endpoint with one session and no listening stream; {@code calls} answers the rest. */
  private static Behaviour legacy(String session, Behaviour calls) {
    return (Received received, Reply reply) -> {
      if (received.body().contains("\"initialize\"")) {
        reply.header("Mcp-Session-Id", session).json(INITIALIZE_RESULT);
      } else if (!received.header("Mcp-Session-Id").equals(session)) {
        reply.status(404);
      } else if (received.method().equals("GET")) {
        reply.status(405);
      } else if (received.method().equals("DELETE")) {
        reply.status(200);
      } else if (received.body().contains("notifications/n")
          || received.body().equals(INITIALIZED)) {
        reply.status(202);
      } else {
        calls.answer(received, reply);
      }
    };
  }

  private Received posted(String method) {
    var found = endpoint.received(received -> received.body().contains("\"" + method + "\""));
    assertThat(found).as(method).isNotEmpty();
    return found.getFirst();
  }

  private static int indexOf(List<String> bodies, String part) {
    for (var i = 0; i < bodies.size(); i++) {
      if (bodies.get(i).contains(part)) {
        return i;
      }
    }
    throw new AssertionError(part + " was never sent");
  }

  private static String id(Received received) {
    return received.body().replaceAll(".*\"id\":(\"[^\"]*\"|\\d+).*", "$1");
  }

  private static String request(int id, String method) {
    return request(String.valueOf(id), method);
  }

  private static String request(String id, String method) {
    return request(id, method, "{}");
  }

  private static String request(String id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, method, params);
  }

  private static String modern(int id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"method\":\""
        + method
        + "\",\"params\":{"
        + params
        + META
        + "}}";
  }

  private static String result(String id, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
  }
}
