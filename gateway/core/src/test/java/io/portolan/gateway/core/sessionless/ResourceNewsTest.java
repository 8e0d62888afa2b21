package io.portolan.gateway.core.sessionless;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.ScriptedStream;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.protocol.Era;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A legacy client is subscribed to resources of a modern server. */
@SuppressWarnings("NullAway.Init")
class ResourceNewsTest {
  private final ScriptedServer server =
      new ScriptedServer("one", Era.MODERN)
          .list(
              ListKind.RESOURCES,
              "{\"uri\":\"a://1\",\"name\":\"1\"}",
              "{\"uri\":\"a://2\",\"name\":\"2\"}");
  private final List<ScriptedStream> streams = new CopyOnWriteArrayList<>();
  private GatewayFixture gateway;
  private FixedHeaders session;

  @BeforeEach
  void start() throws Exception {
    server.on("subscriptions/listen", this::agree);
    gateway = GatewayFixture.over(server);
    session = gateway.initialize("{}");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** Agrees to all that is asked for; remembers streams for resources. */
  private Answer agree(ScriptedServer.Asked asked) {
    var wish = Wire.at(asked.text(), "params", "notifications");
    var stream = new ScriptedStream();
    asked.outbound().cancellation().onCancel(stream::close);
    stream.message(
        GatewayFixture.notification(
            "notifications/subscriptions/acknowledged", "{\"notifications\":" + wish + "}"));
    if (wish.contains("resourceSubscriptions")) {
      streams.add(stream);
    }
    return new Answer.Streamed(stream);
  }

  private String subscribe(String uri) throws InterruptedException {
    return gateway.call(session, 1, "resources/subscribe", "{\"uri\":\"one+" + uri + "\"}").body();
  }

  private static String updated(String uri) {
    return GatewayFixture.notification(
        "notifications/resources/updated",
        "{\"uri\":\""
            + uri
            + "\",\"x\":1.0,\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":9,\"y\":2}}");
  }

  @Test
  void newsArriveOnTheClientsOwnStreamInItsNames() throws Exception {
    assertThat(Wire.at(subscribe("a://1"), "result")).isEqualTo("{}");
    var listening = gateway.getting(session);
    streams.getFirst().message(updated("a://1"));
    var news = listening.reply().awaitMessage("resources/updated");
    assertThat(Wire.at(news, "params"))
        .isEqualTo("{\"uri\":\"one+a://1\",\"x\":1.0,\"_meta\":{\"y\":2}}");
    assertThat(server.received("resources/subscribe")).isEmpty();
  }

  @Test
  void oneResourceMoreTakesTheStreamsPlace() throws Exception {
    subscribe("a://1");
    subscribe("a://2");
    assertThat(streams).hasSize(2);
    streams.getFirst().awaitClosed();
    assertThat(server.received("subscriptions/listen").getLast())
        .contains("\"a://1\"")
        .contains("\"a://2\"");
    subscribe("a://2");
    assertThat(streams).as("nothing new").hasSize(2);
  }

  @Test
  void whatTheClientNoLongerWantsIsNotPassedOn() throws Exception {
    subscribe("a://1");
    subscribe("a://2");
    var listening = gateway.getting(session);
    gateway.call(session, 2, "resources/unsubscribe", "{\"uri\":\"one+a://1\"}");
    streams.getLast().message(updated("a://1")).message(updated("a://2"));
    listening.reply().awaitMessage("a://2");
    assertThat(listening.reply().messages()).noneMatch(text -> text.contains("a://1"));
    gateway.call(session, 3, "resources/unsubscribe", "{\"uri\":\"one+a://2\"}");
    streams.getLast().awaitClosed();
  }

  @Test
  void aStreamThatEndsIsOpenedAgainAndTheClientLooksAgain() throws Exception {
    subscribe("a://1");
    var listening = gateway.getting(session);
    streams.getFirst().put(new MessageStream.Ended());
    listening.reply().awaitMessage("resources/updated");
    Wait.until("opened again", () -> streams.size() == 2);
  }

  @Test
  void whatTheServerDoesNotAgreeToIsAnError() throws Exception {
    server.on(
        "subscriptions/listen",
        asked ->
            new Answer.Streamed(
                new ScriptedStream()
                    .message(
                        GatewayFixture.notification(
                            "notifications/subscriptions/acknowledged",
                            "{\"notifications\":{}}"))));
    assertThat(Wire.at(subscribe("a://1"), "error", "code")).isEqualTo("-32002");
    server.on("subscriptions/listen", asked -> asked.error(-32603, 200));
    assertThat(Wire.at(subscribe("a://1"), "error", "code")).isEqualTo("-32603");
  }

  @Test
  void anEndedSessionListensToNothing() throws Exception {
    subscribe("a://1");
    gateway.delete(session);
    streams.getFirst().awaitClosed();
  }
}
