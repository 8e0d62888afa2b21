package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.ScriptedStream;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What legacy clients see of two servers behind the federated endpoint. */
@Timeout(60)
class LegacyGatewayTest {
  private static final String ABLE = "{\"sampling\":{},\"elicitation\":{},\"roots\":{}}";

  private final ScriptedServer one = new ScriptedServer("one", Era.LEGACY).tools("t", "u");
  private final ScriptedServer two = new ScriptedServer("two", Era.LEGACY).tools("t");
  private GatewayFixture gateway;
  private FixedHeaders session;

  LegacyGatewayTest() throws InterruptedException {
    gateway = GatewayFixture.over();
    session = new FixedHeaders();
  }

  @BeforeEach
  void start() throws Exception {
    gateway = GatewayFixture.over(one, two);
    session = gateway.initialize(ABLE);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private GatewayFixture.Done callTool(String name) throws InterruptedException {
    return gateway.call(session, 1, "tools/call", "{\"name\":\"" + name + "\"}");
  }

  // ---- calls

  @Test
  void aCallGoesToItsServerAndTheAnswerHasTheClientsId() throws Exception {
    two.on("tools/call", asked -> asked.result("{\"content\":[],\"big\":18446744073709551617}"));
    var done = gateway.call(session, 42, "tools/call", "{\"name\":\"two__t\",\"arguments\":{}}");
    assertThat(done.body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":42,\"result\":{\"content\":[],\"big\":18446744073709551617}}");
    assertThat(one.received("tools/call")).isEmpty();
    assertThat(two.received("tools/call"))
        .singleElement()
        .asString()
        .contains("{\"name\":\"t\",\"arguments\":{}}");
    assertThat(done.record().server()).isEqualTo("two");
    assertThat(done.record().tool()).isEqualTo("t");
    assertThat(done.record().outcome()).isEqualTo(Outcome.OK);
  }

  @Test
  void aToolThatFailedAndAnErrorAreToldApart() throws Exception {
    one.on("tools/call", asked -> asked.result("{\"content\":[],\"isError\":true}"));
    two.on("tools/call", asked -> asked.error(-32000, 200));
    assertThat(callTool("one__t").record().outcome()).isEqualTo(Outcome.TOOL_ERROR);
    assertThat(callTool("two__t").record().outcome()).isEqualTo(Outcome.RPC_ERROR);
    assertThat(callTool("one__none").record().outcome()).isEqualTo(Outcome.BAD_REQUEST);
  }

  @Test
  void aServerThatLostTheSessionIsAskedAgainInAnotherOnce() throws Exception {
    callTool("one__t");
    one.loseSessions();
    assertThat(callTool("one__t").record().outcome()).isEqualTo(Outcome.OK);
    assertThat(one.received("tools/call")).hasSize(2);
  }

  @Test
  void aServerThatLosesEverySessionIsAskedTwiceAndNoMore() throws Exception {
    var asked = new AtomicInteger();
    one.on(
        "tools/call",
        _ -> {
          asked.incrementAndGet();
          return new Answer.Failed(new UpstreamFailure.SessionLost("404"));
        });
    var done = callTool("one__t");
    assertThat(asked).hasValue(2);
    assertThat(Wire.at(done.body(), "error", "code")).isEqualTo("-31010");
  }

  @Test
  void aRequestThatMayHaveRunIsNotSentAgain() throws Exception {
    var asked = new AtomicInteger();
    one.on(
        "tools/call",
        _ -> {
          asked.incrementAndGet();
          return new Answer.Failed(new UpstreamFailure.BrokenOff("reset", true));
        });
    assertThat(Wire.at(callTool("one__t").body(), "error", "data", "mayHaveRun")).isEqualTo("true");
    assertThat(asked).hasValue(1);
  }

  @Test
  void aRequestIdIsUnderWayOnce() throws Exception {
    var reached = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    one.on(
        "tools/call",
        asked -> {
          reached.countDown();
          Wait.on(release);
          return asked.result("{}");
        });
    var first =
        gateway.posting(session, GatewayFixture.message(1, "tools/call", "{\"name\":\"one__t\"}"));
    Wait.on(reached);
    assertThat(Wire.at(callTool("two__t").body(), "error", "code")).isEqualTo("-32600");
    release.countDown();
    first.await();
    assertThat(callTool("two__t").record().outcome()).isEqualTo(Outcome.OK);
  }

  // ---- cancellation

  @Test
  void aCancelledCallIsCancelledAtTheServerAndGetsNoAnswer() throws Exception {
    var stream = new ScriptedStream();
    var id = new AtomicReference<>("");
    var reached = new CountDownLatch(1);
    one.on(
        "tools/call",
        asked -> {
          id.set(asked.request().id().text());
          asked
              .outbound()
              .cancellation()
              .onCancel(
                  () ->
                      stream.put(
                          new MessageStream.Broken(new UpstreamFailure.Cancelled("cancelled"))));
          reached.countDown();
          return new Answer.Streamed(stream);
        });
    var call =
        gateway.posting(session, GatewayFixture.message(7, "tools/call", "{\"name\":\"one__t\"}"));
    Wait.on(reached);
    gateway.post(
        new Route.Federated(),
        session,
        GatewayFixture.notification(
            "notifications/cancelled", "{\"requestId\":7,\"reason\":\"storm\"}"));
    assertThat(call.await().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(call.reply().messages()).isEmpty();
    assertThat(one.received("notifications/cancelled"))
        .singleElement()
        .asString()
        .contains("{\"requestId\":" + id.get() + ",\"reason\":\"storm\"}");
    assertThat(two.received("notifications/cancelled")).isEmpty();
    assertThat(callTool("two__t").record().outcome()).isEqualTo(Outcome.OK);
  }

  /**
   * What servers make of the cancellation of a call, before they have even said that they heard.
   */
  @ParameterizedTest
  @ValueSource(strings = {"closes the stream", "ends it", "answers", "answers with an error"})
  void aCancelledCallIsCancelledWhateverItsServerMakesOfIt(String server) throws Exception {
    var stream = new ScriptedStream();
    var reached = new CountDownLatch(1);
    one.on(
        "tools/call",
        asked -> {
          one.onSent(
              _ ->
                  stream.put(
                      switch (server) {
                        case "closes the stream" -> new MessageStream.Paused(Duration.ofMillis(1));
                        case "ends it" -> new MessageStream.Ended();
                        case "answers" ->
                            new MessageStream.Received(Wire.message(asked.response("{}")));
                        default ->
                            new MessageStream.Received(
                                ((Answer.Whole) asked.error(0, 200)).message());
                      }));
          reached.countDown();
          return new Answer.Streamed(stream);
        });
    var call =
        gateway.posting(session, GatewayFixture.message(7, "tools/call", "{\"name\":\"one__t\"}"));
    Wait.on(reached);
    post(GatewayFixture.notification("notifications/cancelled", "{\"requestId\":7}"));
    assertThat(call.await().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(call.reply().awaitEnd().messages()).isEmpty();
    assertThat(call.reply().body()).doesNotContain("retry");
  }

  @Test
  void aServerThatHasAnsweredAlreadyChangesNothingAboutACancellation() throws Exception {
    var reached = new CountDownLatch(1);
    var told = new CountDownLatch(1);
    one.on(
        "tools/call",
        asked -> {
          reached.countDown();
          Wait.on(told);
          return asked.result("{}");
        });
    one.onSent(_ -> told.countDown());
    var call =
        gateway.posting(session, GatewayFixture.message(7, "tools/call", "{\"name\":\"one__t\"}"));
    Wait.on(reached);
    post(GatewayFixture.notification("notifications/cancelled", "{\"requestId\":7}"));
    assertThat(call.await().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(call.reply().status()).isEqualTo(202);
    assertThat(call.reply().body()).isEmpty();
  }

  @Test
  void aCallThatIsCancelledBeforeItIsSentIsNotSent() throws Exception {
    var opening = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    one.onOpen(
        () -> {
          opening.countDown();
          Wait.on(release);
        });
    var call =
        gateway.posting(session, GatewayFixture.message(7, "tools/call", "{\"name\":\"one__t\"}"));
    Wait.on(opening);
    gateway.post(
        new Route.Federated(),
        session,
        GatewayFixture.notification("notifications/cancelled", "{\"requestId\":7}"));
    release.countDown();
    assertThat(call.await().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(call.reply().status()).isEqualTo(202);
    assertThat(one.received("tools/call")).isEmpty();
  }

  @Test
  void aServerWhoseDeadlinePassedIsToldThatNobodyWaits() throws Exception {
    one.on("tools/call", _ -> new Answer.Failed(new UpstreamFailure.TimedOut("late", true)));
    assertThat(callTool("one__t").record().outcome()).isEqualTo(Outcome.UPSTREAM_TIMEOUT);
    Wait.until("it is told", () -> one.received("notifications/cancelled").size() == 1);
  }

  // ---- what else a client sends

  @Test
  void whatConcernsAllServersGoesToAllThatAreInUse() throws Exception {
    callTool("one__t");
    gateway.post(
        new Route.Federated(),
        session,
        GatewayFixture.notification("notifications/roots/list_changed", "{}"));
    assertThat(one.received("notifications/roots/list_changed")).hasSize(1);
    assertThat(two.received("notifications/roots/list_changed")).isEmpty();
    callTool("two__t");
    gateway.post(
        new Route.Federated(),
        session,
        GatewayFixture.notification("notifications/roots/list_changed", "{}"));
    assertThat(one.received("notifications/roots/list_changed")).hasSize(2);
    assertThat(two.received("notifications/roots/list_changed")).hasSize(1);
  }

  @Test
  void theLogLevelIsToldToServersOfNowAndOfLater() throws Exception {
    callTool("one__t");
    assertThat(gateway.call(session, 2, "logging/setLevel", "{\"level\":\"error\"}").body())
        .contains("\"result\":{}");
    assertThat(one.received("logging/setLevel")).hasSize(1);
    assertThat(two.received("logging/setLevel")).isEmpty();
    callTool("two__t");
    assertThat(two.received("logging/setLevel").getFirst()).contains("{\"level\":\"error\"}");
    assertThat(gateway.call(session, 3, "logging/setLevel", "{\"level\":\"loud\"}").body())
        .contains("-32602");
  }

  @Test
  void theTasksOfAllServersAreOneList() throws Exception {
    for (var server : new ScriptedServer[] {one, two}) {
      server.capabilities("{\"tools\":{},\"tasks\":{\"list\":{}}}");
      server.on(
          "tasks/list",
          asked ->
              asked.text().contains("\"cursor\":\"more\"")
                  ? asked.result("{\"tasks\":[{\"taskId\":\"2\",\"x\":1.0}]}")
                  : asked.result(
                      "{\"tasks\":[{\"taskId\":\"1\"},{\"taskId\":\"of-somebody-else\"}],"
                          + "\"nextCursor\":\"more\"}"));
      server.on(
          "tools/call",
          asked ->
              asked.result(
                  "{\"task\":{\"taskId\":"
                      + (asked.text().contains("first") ? "\"1\"" : "\"2\"")
                      + "}}"));
    }
    restart();
    assertThat(Wire.at(gateway.call(session, 1, "tasks/list", "{}").body(), "result", "tasks"))
        .as("no server was used yet")
        .isEqualTo("[]");
    var first = begin("one__t", "first");
    var second = begin("one__t", "second");
    var third = begin("two__t", "first");
    var fourth = begin("two__t", "second");
    assertThat(Wire.at(gateway.call(session, 2, "tasks/list", "{}").body(), "result", "tasks"))
        .isEqualTo(
            "[{\"taskId\":\"%s\"},{\"taskId\":\"%s\",\"x\":1.0},{\"taskId\":\"%s\"},{\"taskId\":\"%s\",\"x\":1.0}]"
                .formatted(first, second, third, fourth));
    one.on("tasks/list", asked -> asked.error(-32603, 200));
    assertThat(Wire.at(gateway.call(session, 3, "tasks/list", "{}").body(), "result", "tasks"))
        .contains(third)
        .doesNotContain(first);
  }

  /** Begins a task, and says by which id the client knows it. */
  private String begin(String tool, String which) throws InterruptedException {
    var params =
        "{\"name\":\"" + tool + "\",\"arguments\":{\"which\":\"" + which + "\"},\"task\":{}}";
    return Wire.string(
        gateway.call(session, 9, "tools/call", params).body(), "result", "task", "taskId");
  }

  private void restart() throws InterruptedException {
    gateway.close();
    gateway = GatewayFixture.over(one, two);
    session = gateway.initialize(ABLE);
  }

  // ---- what servers ask

  @Test
  void twoServersAskUnderOneIdAndEachGetsItsOwnAnswer() throws Exception {
    var streams = new ScriptedStream[] {new ScriptedStream(), new ScriptedStream()};
    var ids = new AtomicReference<>(new String[2]);
    var servers = new ScriptedServer[] {one, two};
    for (int i = 0; i < 2; i++) {
      var at = i;
      servers[i].on(
          "tools/call",
          asked -> {
            ids.get()[at] = asked.response("{\"content\":[]}");
            return new Answer.Streamed(
                streams[at].message(
                    "{\"jsonrpc\":\"2.0\",\"id\":\"same\",\"method\":\"sampling/createMessage\","
                        + "\"params\":{\"_meta\":{\"progressToken\":\"p\"},\"n\":"
                        + at
                        + "}}"));
          });
    }
    var calls =
        new GatewayFixture.Under[] {
          gateway.posting(
              session, GatewayFixture.message(1, "tools/call", "{\"name\":\"one__t\"}")),
          gateway.posting(session, GatewayFixture.message(2, "tools/call", "{\"name\":\"two__t\"}"))
        };
    for (int n = 0; n < 2; n++) {
      var i = n;
      var question = calls[i].reply().awaitMessage("sampling/createMessage");
      var id = Wire.at(question, "id");
      assertThat(Wire.at(question, "params", "_meta", "progressToken")).isEqualTo(id);
      post(
          GatewayFixture.notification(
              "notifications/progress", "{\"progressToken\":" + id + ",\"progress\":1.50}"));
      post("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"for\":" + i + ",\"d\":1.0}}");
      assertThat(servers[i].received())
          .anySatisfy(
              text ->
                  assertThat(text)
                      .isEqualTo(
                          "{\"jsonrpc\":\"2.0\",\"id\":\"same\",\"result\":{\"for\":"
                              + i
                              + ",\"d\":1.0}}"));
      assertThat(servers[i].received("notifications/progress"))
          .singleElement()
          .asString()
          .contains("{\"progressToken\":\"p\",\"progress\":1.50}");
      streams[i].message(ids.get()[i]);
      assertThat(calls[i].await().outcome()).isEqualTo(Outcome.OK);
    }
  }

  private void post(String message) throws InterruptedException {
    assertThat(gateway.post(new Route.Federated(), session, message).reply().status())
        .isEqualTo(202);
  }

  @Test
  void aClientIsNotAskedWhatItDidNotDeclareAndPingsAreAnsweredHere() throws Exception {
    session = gateway.initialize("{}");
    var stream = new ScriptedStream();
    one.on(
        "tools/call",
        asked ->
            new Answer.Streamed(
                stream
                    .message("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"elicitation/create\"}")
                    .message("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}")
                    .message(asked.response("{\"content\":[]}"))));
    var done = callTool("one__t");
    assertThat(done.reply().messages()).hasSize(1);
    assertThat(one.received())
        .anySatisfy(text -> assertThat(text).contains("\"id\":1,\"error\":{\"code\":-32601"))
        .anySatisfy(text -> assertThat(text).contains("\"id\":2,\"result\":{}"));
  }

  @Test
  void anAnswerToAQuestionOfACallThatIsOverGoesNowhere() throws Exception {
    one.on(
        "tools/call",
        asked ->
            new Answer.Streamed(
                new ScriptedStream()
                    .message("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}")
                    .message(asked.response("{\"content\":[]}"))));
    var question = callTool("one__t").reply().messages().getFirst();
    post("{\"jsonrpc\":\"2.0\",\"id\":" + Wire.at(question, "id") + ",\"result\":{}}");
    assertThat(one.received()).noneMatch(text -> text.contains("\"id\":\"q\""));
  }

  // ---- the standalone stream

  @Test
  void whatServersSayOutsideOfCallsArrivesUnderFederatedNames() throws Exception {
    callTool("one__t");
    var stream = gateway.getting(session);
    Wait.until("the session listens", () -> one.listening() == 2);
    one.push(
        GatewayFixture.notification(
            "notifications/resources/updated", "{\"uri\":\"a:b\",\"x\":1.0}"));
    assertThat(stream.reply().awaitMessage("updated")).contains("{\"uri\":\"one+a:b\",\"x\":1.0}");
    gateway.delete(session);
    stream.await();
  }

  /** Opens a session's stream; it is open before anybody else calls. */
  private GatewayFixture.Under reading(FixedHeaders headers) {
    var stream = gateway.getting(headers);
    Wait.until("it is open", () -> stream.reply().isStream());
    return stream;
  }

  @Test
  void whoseUserIsDoneAtAUrlIsToldAndNobodyElse() throws Exception {
    gateway.as(new Principal(new TenantId("acme"), "ada"));
    var able = gateway.initialize("{\"elicitation\":{\"url\":{}}}");
    var unable = gateway.initialize("{\"elicitation\":{}}");
    var hers = reading(able);
    var hersToo = reading(unable);
    gateway.as(new Principal(new TenantId("acme"), "bob"));
    var other = gateway.initialize("{\"elicitation\":{\"url\":{}}}");
    var his = reading(other);
    gateway.gateway().elicitationComplete(new Principal(new TenantId("acme"), "ada"), "e1");
    gateway.gateway().elicitationComplete(new Principal(new TenantId("acme"), "bob"), "e2");
    assertThat(hers.reply().awaitMessage("elicitation/complete"))
        .contains("{\"elicitationId\":\"e1\"}");
    assertThat(his.reply().awaitMessage("elicitation/complete"))
        .contains("{\"elicitationId\":\"e2\"}");
    gateway.delete(other);
    his.await();
    gateway.as(new Principal(new TenantId("acme"), "ada"));
    gateway.delete(able);
    gateway.delete(unable);
    hers.await();
    hersToo.await();
    assertThat(hersToo.reply().messages()).isEmpty();
    assertThat(hers.reply().messages()).hasSize(1);
  }

  @Test
  void aChangeOfToolsIsToldOnceAndFoundWhenAsking() throws Exception {
    callTool("one__t");
    var stream = gateway.getting(session);
    Wait.until("the session listens", () -> one.listening() == 2);
    one.tools("new");
    one.push(GatewayFixture.notification("notifications/tools/list_changed", "{}"));
    stream.reply().awaitMessage("tools/list_changed");
    assertThat(gateway.call(session, 5, "tools/list", "{}").body()).contains("one__new");
    gateway.delete(session);
    stream.await();
    assertThat(stream.reply().messages()).hasSize(1);
  }

  @Test
  void aSubscriptionOutlivesTheSessionOfTheServer() throws Exception {
    one.list(ListKind.RESOURCES, "{\"uri\":\"a:b\",\"name\":\"n\"}");
    var stream = gateway.getting(session);
    gateway.call(session, 1, "resources/subscribe", "{\"uri\":\"one+a:b\"}");
    Wait.until("the session listens", () -> one.listening() == 2);
    one.down().up();
    Wait.until("it is subscribed again", () -> one.received("resources/subscribe").size() == 2);
    assertThat(one.received("resources/subscribe").getLast()).contains("{\"uri\":\"a:b\"}");
    Wait.until("and listened to", () -> one.listening() == 2);
    one.push(GatewayFixture.notification("notifications/resources/updated", "{\"uri\":\"a:b\"}"));
    stream.reply().awaitMessage("one+a:b");
    gateway.delete(session);
    stream.await();
  }

  // ---- sessions

  @Test
  void aSessionBelongsToItsPrincipalAndItsEndpoint() throws Exception {
    gateway.as(new Principal(TenantId.DEVELOPMENT, "mallory"));
    assertThat(callTool("one__t").reply().status()).isEqualTo(404);
    gateway.as(Principal.ANONYMOUS);
    var ping = GatewayFixture.message(1, "ping", "{}");
    assertThat(gateway.post(new Route.Single("one"), session, ping).reply().status())
        .isEqualTo(404);
    assertThat(gateway.post(new Route.Federated(), session, ping).reply().status()).isEqualTo(200);
  }

  @Test
  void anEndedSessionIsNotFoundAndItsServersAreTold() throws Exception {
    callTool("one__t");
    var before = one.open();
    assertThat(gateway.delete(session).reply().status()).isEqualTo(204);
    assertThat(one.open()).isEqualTo(before - 1);
    assertThat(callTool("one__t").reply().status()).isEqualTo(404);
    assertThat(gateway.delete(session).reply().status()).isEqualTo(404);
  }

  @Test
  void aClientThatSaysTooMuchOfItselfIsRefused() throws Exception {
    var done =
        gateway.post(
            new Route.Federated(),
            new FixedHeaders(),
            GatewayFixture.message(
                1,
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"x\":\""
                    + "y".repeat(70_000)
                    + "\"}}"));
    assertThat(done.reply().status()).isEqualTo(400);
    assertThat(Wire.at(done.body(), "error", "code")).isEqualTo("-32602");
  }

  // ---- eras

  @Test
  void aModernServerIsAskedInItsOwnTerms() throws Exception {
    gateway.close();
    var recent = new ScriptedServer("recent", Era.MODERN).tools("t");
    gateway = GatewayFixture.over(recent);
    session = gateway.initialize("{}");
    gateway.call(
        session,
        1,
        "tools/call",
        "{\"name\":\"recent__t\",\"_meta\":{\"progressToken\":\"mine\"}}");
    var sent = recent.received("tools/call").getFirst();
    assertThat(Wire.string(sent, "params", "_meta", "io.modelcontextprotocol/protocolVersion"))
        .isEqualTo("2026-07-28");
    assertThat(Wire.at(sent, "params", "_meta", "progressToken")).isEqualTo(Wire.at(sent, "id"));
  }

  @Test
  void aTraceThatTheBodyNamesGoesOn() throws Exception {
    var trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    var seen = new AtomicReference<>("");
    one.on(
        "tools/call",
        asked -> {
          seen.set(asked.context().trace().traceparent());
          return asked.result("{}");
        });
    var params = "{\"name\":\"one__t\",\"_meta\":{\"traceparent\":\"" + trace + "\"}}";
    var done = gateway.call(session, 1, "tools/call", params);
    assertThat(seen).hasValue(trace);
    assertThat(done.record().trace()).hasToString("TraceContext[traceparent=" + trace + "]");
    gateway.call(session.with("traceparent", trace.replace('4', '5')), 2, "tools/call", params);
    assertThat(seen.get()).as("a header wins").isNotEqualTo(trace);
  }
}
