package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.session.SessionKey;
import io.portolan.gateway.core.session.SessionLimits;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.ScriptedStream;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that another gateway with the same key opened, sessions of others, and too many. */
@Timeout(60)
class SessionsElsewhereTest {
  private static final Principal ALICE = new Principal(new TenantId("acme"), "alice");
  private static final Principal BOB = new Principal(new TenantId("acme"), "bob");

  private final SessionKey key = SessionKey.random(new SecureRandom());

  private static ScriptedServer server() {
    return new ScriptedServer("one", Era.LEGACY).tools("t");
  }

  private GatewayFixture gateway(ScriptedServer server) throws InterruptedException {
    return GatewayFixture.over(SessionLimits.DEFAULT, key, server);
  }

  private static GatewayFixture.Done call(GatewayFixture gateway, FixedHeaders session)
      throws InterruptedException {
    return gateway.call(session, 1, "tools/call", "{\"name\":\"one__t\"}");
  }

  private static FixedHeaders with(FixedHeaders session, String name, String value) {
    var all = new HashMap<String, String>();
    all.put("Mcp-Session-Id", session.first("Mcp-Session-Id"));
    all.put("MCP-Protocol-Version", "2025-11-25");
    all.put(name, value);
    return FixedHeaders.of(Map.copyOf(all));
  }

  @Test
  void aRestartIsNotNoticed() throws Exception {
    FixedHeaders session;
    try (var before = gateway(server())) {
      session = before.initialize("{\"roots\":{}}");
      assertThat(call(before, session).record().outcome()).isEqualTo(Outcome.OK);
    }
    var server = server();
    try (var after = gateway(server)) {
      assertThat(call(after, session).record().outcome()).isEqualTo(Outcome.OK);
      assertThat(server.opened()).as("the server was told who the client is").isPositive();
      var listening = after.getting(with(session, "Last-Event-ID", "0-3"));
      Wait.until("the stream is served", () -> listening.reply().isStream());
      assertThat(after.delete(session).reply().status()).isEqualTo(204);
      listening.await();
      assertThat(call(after, session).reply().status()).isEqualTo(404);
    }
  }

  @Test
  void twoGatewaysServeOneSessionInTurns() throws Exception {
    try (var one = gateway(server());
        var two = gateway(server())) {
      var session = one.initialize("{}");
      for (int i = 0; i < 3; i++) {
        assertThat(call(two, session).record().outcome()).isEqualTo(Outcome.OK);
        assertThat(call(one, session).record().outcome()).isEqualTo(Outcome.OK);
      }
    }
  }

  @Test
  void aForeignOrChangedIdIsNotFoundAndNothingElse() throws Exception {
    try (var gateway = gateway(server())) {
      gateway.as(ALICE);
      var session = gateway.initialize("{}");
      var id = session.first("Mcp-Session-Id");
      var changed = with(session, "Mcp-Session-Id", "A" + id);
      var expected = call(gateway, changed);
      assertThat(expected.reply().status()).isEqualTo(404);
      gateway.as(BOB);
      var foreign = call(gateway, session);
      assertThat(foreign.reply().status()).isEqualTo(404);
      assertThat(foreign.body()).isEqualTo(expected.body());
      assertThat(foreign.record().session()).isNull();
    }
  }

  @Test
  void nobodyElseDeletesASession() throws Exception {
    try (var gateway = gateway(server())) {
      gateway.as(ALICE);
      var session = gateway.initialize("{}");
      gateway.as(BOB);
      assertThat(gateway.delete(session).reply().status()).isEqualTo(404);
      gateway.as(ALICE);
      assertThat(call(gateway, session).record().outcome()).isEqualTo(Outcome.OK);
    }
  }

  @Test
  void nobodyElseIsReplayedEvents() throws Exception {
    try (var gateway = gateway(server())) {
      gateway.as(ALICE);
      var session = gateway.initialize("{}");
      gateway.as(BOB);
      var foreign = gateway.getting(with(session, "Last-Event-ID", "0-0"));
      foreign.await();
      assertThat(foreign.reply().status()).isEqualTo(404);
      assertThat(foreign.reply().isStream()).isFalse();
    }
  }

  @Test
  void aSessionOfOneRouteIsNoneAtAnother() throws Exception {
    try (var gateway = gateway(server())) {
      var session = gateway.initialize(new Route.Single("one"), "{}");
      assertThat(call(gateway, session).reply().status()).isEqualTo(404);
      assertThat(gateway.delete(session).reply().status()).isEqualTo(404);
      var ping = GatewayFixture.message(1, "ping", "{}");
      assertThat(gateway.post(new Route.Single("one"), session, ping).reply().status())
          .isEqualTo(200);
    }
  }

  /** The server's question went to Alice: an answer from Bob must not reach the server. */
  @Test
  void nobodyElseAnswersAServersQuestion() throws Exception {
    var server = server();
    var stream = new ScriptedStream();
    server.on(
        "tools/call",
        asked -> {
          stream.message("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"roots/list\",\"params\":{}}");
          return new Answer.Streamed(stream);
        });
    try (var gateway = gateway(server)) {
      gateway.as(ALICE);
      var session = gateway.initialize("{\"roots\":{}}");
      var call =
          gateway.posting(
              session, GatewayFixture.message(1, "tools/call", "{\"name\":\"one__t\"}"));
      var asked = call.reply().awaitMessage("roots/list");
      var id = Wire.at(asked, "id");
      var answer = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"roots\":[]}}";
      gateway.as(BOB);
      assertThat(gateway.post(new Route.Federated(), session, answer).reply().status())
          .isEqualTo(404);
      assertThat(server.received()).noneMatch(text -> text.contains("\"roots\":[]"));
      gateway.as(ALICE);
      assertThat(gateway.post(new Route.Federated(), session, answer).reply().status())
          .isEqualTo(202);
      assertThat(server.received()).anyMatch(text -> text.contains("\"roots\":[]"));
      stream.message("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
      gateway.delete(session);
      call.await();
    }
  }

  @Test
  void tooManySessionsAreRefusedWithTheLimit() throws Exception {
    var limits = SessionLimits.DEFAULT.withSessions(10, 1);
    try (var gateway = GatewayFixture.over(limits, key, server())) {
      gateway.initialize("{}");
      var initialize =
          GatewayFixture.message(0, "initialize", "{\"protocolVersion\":\"2025-11-25\"}");
      var refused = gateway.post(new Route.Federated(), new FixedHeaders(), initialize);
      assertThat(refused.reply().status()).isEqualTo(429);
      assertThat(refused.reply().header("Retry-After")).isEqualTo("10");
      assertThat(Wire.at(refused.body(), "error", "code")).isEqualTo("-31012");
      assertThat(Wire.at(refused.body(), "error", "data", "limit"))
          .contains("sessions-per-principal-max");
      assertThat(gateway.counts().of(Limit.SESSIONS_PER_PRINCIPAL)).isOne();
    }
  }

  @Test
  void whileTooManyStreamsAreOpenNoCallIsMade() throws Exception {
    var server = server();
    var stream = new ScriptedStream();
    server.on("tools/call", _ -> new Answer.Streamed(stream));
    var limits = SessionLimits.DEFAULT.withStreams(1, 10);
    try (var gateway = GatewayFixture.over(limits, key, server)) {
      var session = gateway.initialize("{}");
      var message = GatewayFixture.message(1, "tools/call", "{\"name\":\"one__t\"}");
      var call = gateway.posting(session, message);
      Wait.until("the call's stream is open", () -> call.reply().isStream());
      var refused = gateway.call(session, 2, "tools/call", "{\"name\":\"one__t\"}");
      assertThat(refused.reply().status()).isEqualTo(429);
      assertThat(Wire.at(refused.body(), "error", "data", "limit"))
          .contains("streams-per-session-max");
      assertThat(gateway.counts().of(Limit.STREAMS_PER_SESSION)).isOne();
      assertThat(gateway.call(session, 3, "ping", "{}").reply().status()).isEqualTo(200);
      stream.put(new MessageStream.Ended());
      call.await();
      server.on("tools/call", asked -> asked.result("{\"content\":[]}"));
      assertThat(call(gateway, session).record().outcome()).isEqualTo(Outcome.OK);
    }
  }

  @Test
  void aPrincipalListensToSoManySessionsAndNoMore() throws Exception {
    var limits = SessionLimits.DEFAULT.withStreams(64, 1);
    try (var gateway = GatewayFixture.over(limits, key, server())) {
      var listening = gateway.getting(gateway.initialize("{}"));
      Wait.until("the first listens", () -> listening.reply().isStream());
      var other = gateway.initialize("{}");
      var refused = gateway.getting(other);
      refused.await();
      assertThat(refused.reply().status()).isEqualTo(429);
      assertThat(gateway.counts().of(Limit.STREAMS_PER_PRINCIPAL)).isOne();
      gateway.as(BOB);
      var his = gateway.getting(gateway.initialize("{}"));
      Wait.until("somebody else listens", () -> his.reply().isStream());
    }
  }

  @Test
  void aMessageThatIsNestedTooDeeplyIsRefusedAndCounted() throws Exception {
    try (var gateway = gateway(server())) {
      var session = gateway.initialize("{}");
      var params = "{\"name\":\"one__t\",\"arguments\":%s}";
      var deepest = "[".repeat(61) + "]".repeat(61); // inside of three objects
      var taken =
          gateway.call(session, 1, "tools/call", params.formatted("{\"x\":" + deepest + "}"));
      assertThat(taken.reply().status()).isEqualTo(200);
      var tooDeep = "[" + deepest + "]";
      var refused =
          gateway.call(session, 2, "tools/call", params.formatted("{\"x\":" + tooDeep + "}"));
      assertThat(refused.reply().status()).isEqualTo(400);
      assertThat(refused.body()).contains("64 levels");
      assertThat(gateway.counts().of(Limit.MESSAGE_SHAPE)).isOne();
    }
  }
}
