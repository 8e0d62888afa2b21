package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What modern clients see of a modern and of a legacy server behind the federated endpoint. */
@Timeout(60)
class ModernGatewayTest {
  private final ScriptedServer recent =
      new ScriptedServer("recent", Era.MODERN)
          .tools("t")
          .capabilities("{\"tools\":{},\"resources\":{\"subscribe\":true}}");
  private final ScriptedServer old = new ScriptedServer("old", Era.LEGACY).tools("t");
  private GatewayFixture gateway;

  ModernGatewayTest() throws InterruptedException {
    gateway = GatewayFixture.over();
  }

  @BeforeEach
  void start() throws Exception {
    gateway = GatewayFixture.over(recent, old);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private GatewayFixture.Done callTool(String name) throws InterruptedException {
    return gateway.modernCall("tools/call", name, "\"name\":\"" + name + "\"");
  }

  private GatewayFixture.Under calling(String name, String meta) {
    return gateway.posting(
        GatewayFixture.modern("tools/call", name),
        GatewayFixture.modernMessage("tools/call", meta, "\"name\":\"" + name + "\""));
  }

  @Test
  void aModernServersAnswerIsPassedOnAsItIs() throws Exception {
    recent.on("tools/call", asked -> asked.result("{\"resultType\":\"x\",\"n\":1.0}"));
    assertThat(callTool("recent__t").body())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"x\",\"n\":1.0}}");
    assertThat(recent.received("tools/call").getFirst()).contains(GatewayFixture.META);
  }

  @ParameterizedTest
  @CsvSource({"{}, ''", "{ }, ' '", "'{\"content\":[]}', '\"content\":[],'"})
  void aLegacyServersResultIsCompleted(String result, String before) throws Exception {
    old.on("tools/call", asked -> asked.result(result));
    assertThat(Wire.at(callTool("old__t").body(), "result"))
        .isEqualTo("{" + before + "\"resultType\":\"complete\"}");
  }

  /** The token is rewritten inside the very object from which other members are taken out. */
  @Test
  void aLegacyServerSeesTheProgressTokenAndNothingOfTheModernEra() throws Exception {
    var call = calling("old__t", "\"progressToken\":\"mine\",\"own\":1.0");
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    var sent = old.received("tools/call").getFirst();
    assertThat(Wire.at(sent, "params", "_meta"))
        .isEqualTo("{\"progressToken\":" + Wire.at(sent, "id") + ",\"own\":1.0}");
  }

  @ParameterizedTest
  @CsvSource({
    "-32601, 200, 404", "-32601, 404, 404", "-32021, 200, 400", "-32020, 200, 400",
    "-32022, 200, 400", "-32602, 200, 200", "-32602, 400, 400", "-32603, 200, 200",
    "1, 200, 200"
  })
  void anErrorHasTheStatusOfTheServerOrOfItsCode(int code, int received, int sent)
      throws Exception {
    recent.on("tools/call", asked -> asked.error(code, received));
    assertThat(callTool("recent__t").reply().status()).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"initialize", "ping", "logging/setLevel", "tasks/list", "vendor/x"})
  void whatIsNotThereIsNotFound(String method) throws Exception {
    var done = gateway.modernCall(method, "", "");
    assertThat(done.reply().status()).isEqualTo(404);
    assertThat(Wire.at(done.body(), "error", "code")).isEqualTo("-32601");
  }

  @Test
  void aMissingResourceOfALegacyServerHasTheModernCode() throws Exception {
    old.on("resources/read", asked -> asked.error(-32002, 200));
    var done = gateway.modernCall("resources/read", "old+a:b", "\"uri\":\"old+a:b\"");
    assertThat(Wire.at(done.body(), "error", "code")).isEqualTo("-32602");
  }

  @Test
  void aClientThatHangsUpCancelsAtTheServer() throws Exception {
    for (var server : new ScriptedServer[] {recent, old}) {
      var reached = new CountDownLatch(1);
      var stream = new ScriptedStream();
      server.on(
          "tools/call",
          asked -> {
            asked
                .outbound()
                .cancellation()
                .onCancel(
                    () ->
                        stream.put(
                            new MessageStream.Broken(new UpstreamFailure.Cancelled("gone"))));
            reached.countDown();
            return new Answer.Streamed(stream);
          });
      var call = calling(server.definition().name() + "__t", "");
      Wait.on(reached);
      call.reply().hangUp();
      assertThat(call.await().outcome()).isEqualTo(Outcome.CANCELLED);
      stream.awaitClosed();
      Wait.until("it is told", () -> server.received("notifications/cancelled").size() == 1);
      assertThat(
              Wire.at(server.received("notifications/cancelled").getFirst(), "params", "requestId"))
          .isEqualTo(Wire.at(server.received("tools/call").getFirst(), "id"));
    }
  }

  @Test
  void aStreamThatEndsWithoutAnAnswerIsAnError() throws Exception {
    recent.on(
        "tools/call",
        _ -> new Answer.Streamed(new ScriptedStream().put(new MessageStream.Ended())));
    var call = calling("recent__t", "");
    assertThat(call.await().outcome()).isEqualTo(Outcome.UPSTREAM_BROKEN);
    assertThat(call.reply().messages()).singleElement().asString().contains("-31010");
  }

  /** A legacy server sends what its session wants; of that only some is for this request. */
  @ParameterizedTest
  @CsvSource({"'', 0", "debug, 2", "warning, 1", "emergency, 0"})
  void aLegacyServersLogGoesToWhoAskedForIt(String level, int expected) throws Exception {
    old.on(
        "tools/call",
        asked ->
            new Answer.Streamed(
                new ScriptedStream()
                    .message(log("debug"))
                    .message(log("error"))
                    .message(
                        GatewayFixture.notification("notifications/cancelled", "{\"requestId\":1}"))
                    .message(
                        GatewayFixture.notification(
                            "notifications/resources/updated", "{\"uri\":\"a\"}"))
                    .message("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"sampling/createMessage\"}")
                    .message(asked.response("{}"))));
    var meta = level.isEmpty() ? "" : "\"io.modelcontextprotocol/logLevel\":\"" + level + "\"";
    var call = calling("old__t", meta);
    call.await();
    var messages = call.reply().isStream() ? call.reply().messages() : List.of(call.reply().body());
    assertThat(messages).hasSize(expected + 1);
    assertThat(messages.getLast()).contains("\"resultType\":\"complete\"");
    assertThat(old.received())
        .anySatisfy(text -> assertThat(text).contains("\"id\":9,\"error\":{\"code\":-32601"));
  }

  private static String log(String level) {
    return GatewayFixture.notification(
        "notifications/message", "{\"level\":\"" + level + "\",\"data\":1}");
  }

  @Test
  void noTwoPrincipalsShareASessionWithALegacyServer() throws Exception {
    var before = old.opened();
    callTool("old__t");
    callTool("old__t");
    assertThat(old.opened()).isEqualTo(before + 1);
    gateway.as(new Principal(TenantId.DEVELOPMENT, "somebody else"));
    callTool("old__t");
    assertThat(old.opened()).isEqualTo(before + 2);
  }

  @Test
  void aLegacyServerThatLostTheSessionIsAskedAgainInAnother() throws Exception {
    callTool("old__t");
    old.loseSessions();
    assertThat(callTool("old__t").record().outcome()).isEqualTo(Outcome.OK);
  }

  @Test
  void aListenerHearsOfChangesAndOfResourcesInItsOwnTerms() throws Exception {
    var listening =
        gateway.posting(
            GatewayFixture.modern("subscriptions/listen", ""),
            GatewayFixture.modernMessage(
                "subscriptions/listen",
                "",
                "\"notifications\":{\"toolsListChanged\":true,"
                    + "\"resourceSubscriptions\":[\"recent+a:b\",\"old+a:b\"]}"));
    var acknowledged = listening.reply().awaitMessage("acknowledged");
    assertThat(Wire.at(acknowledged, "params", "notifications"))
        .isEqualTo(
            "{\"toolsListChanged\":true,"
                + "\"resourceSubscriptions\":[\"recent+a:b\",\"old+a:b\"]}");
    assertThat(old.received("resources/subscribe")).hasSize(1);
    Wait.until("the server is listened to", () -> recent.listening() == 2);
    recent.push(updated("c:d"));
    recent.push(updated("a:b"));
    var update = listening.reply().awaitMessage("resources/updated");
    assertThat(Wire.at(update, "params"))
        .isEqualTo(
            "{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":1,\"k\":1.0},"
                + "\"uri\":\"recent+a:b\"}");
    old.push(GatewayFixture.notification("notifications/resources/updated", "{\"uri\":\"c:d\"}"));
    old.push(GatewayFixture.notification("notifications/resources/updated", "{\"uri\":\"a:b\"}"));
    assertThat(Wire.at(listening.reply().awaitMessage("old+a:b\"}"), "params"))
        .isEqualTo(
            "{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":1},\"uri\":\"old+a:b\"}");
    old.tools("new");
    old.push(GatewayFixture.notification("notifications/tools/list_changed", "{}"));
    listening.reply().awaitMessage("tools/list_changed");
    assertThat(gateway.gateway().gauges().callsInFlight()).isZero();
    assertThat(gateway.gateway().gauges().streams()).isEqualTo(1);
    gateway.gateway().close();
    listening.await();
    assertThat(listening.reply().messages().getLast()).contains("\"resultType\":\"complete\"");
    assertThat(listening.reply().messages()).hasSize(5);
  }

  @Test
  void aResourceThatALegacyServerWillNotTellOfIsNotAcknowledged() throws Exception {
    old.on(
        "resources/subscribe",
        asked -> asked.text().contains("a:b") ? asked.error(-32002, 200) : asked.result("{}"));
    var open = old.open();
    var listening =
        gateway.posting(
            GatewayFixture.modern("subscriptions/listen", ""),
            GatewayFixture.modernMessage(
                "subscriptions/listen",
                "",
                "\"notifications\":{\"resourceSubscriptions\":[\"old+a:b\",\"old+c:d\"]}"));
    assertThat(
            Wire.at(
                listening.reply().awaitMessage("acknowledged"),
                "params",
                "notifications",
                "resourceSubscriptions"))
        .isEqualTo("[\"old+c:d\"]");
    listening.reply().hangUp();
    listening.await();
    assertThat(old.open()).as("the session is ended").isEqualTo(open);
  }

  private static String updated(String uri) {
    return GatewayFixture.notification(
        "notifications/resources/updated",
        "{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":77,\"k\":1.0},\"uri\":\""
            + uri
            + "\"}");
  }

  @Test
  void aListenerThatHangsUpIsForgottenHereAndAtTheServer() throws Exception {
    var listening =
        gateway.posting(
            GatewayFixture.modern("subscriptions/listen", ""),
            GatewayFixture.modernMessage(
                "subscriptions/listen",
                "",
                "\"notifications\":{\"resourceSubscriptions\":[\"recent+a:b\"]}"));
    listening.reply().awaitMessage("acknowledged");
    Wait.until("the server is listened to", () -> recent.listening() == 2);
    listening.reply().hangUp();
    listening.await();
    assertThat(gateway.gateway().gauges().streams()).isZero();
  }

  @Test
  void aCallWaitsForNoServerButItsOwn() throws Exception {
    var release = new CountDownLatch(1);
    var slow = new ScriptedServer("slow", Era.LEGACY);
    slow.onOpen(() -> Wait.on(release));
    gateway.close();
    gateway = GatewayFixture.starting(recent, slow);
    gateway.federation().settledCatalogue(TenantId.DEVELOPMENT, "recent");
    assertThat(callTool("recent__t").record().outcome()).isEqualTo(Outcome.OK);
    assertThat(gateway.federation().isSettling()).isTrue();
    release.countDown();
  }
}
