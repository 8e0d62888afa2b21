package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.parked.CallTasks;
import io.portolan.gateway.core.parked.ParkedCalls;
import io.portolan.gateway.core.resilience.GuardSettings;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.session.SessionLimits;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client may have under way, up to the last one and one more. */
@Timeout(60)
class CallerLimitsTest {
  private static final FixedHeaders LISTEN = GatewayFixture.modern("subscriptions/listen", "");
  private static final String ALL =
      GatewayFixture.modernMessage(
          "subscriptions/listen", "", "\"notifications\":{\"toolsListChanged\":true}");

  private static ScriptedServer server() {
    return new ScriptedServer("one", Era.LEGACY).tools("t");
  }

  private static GatewayFixture listeningTo(int all, int ofPrincipal) throws InterruptedException {
    var normal = Gateway.Settings.DEFAULT;
    return GatewayFixture.with(
        new Gateway.Settings(
            normal.json(),
            SessionLimits.DEFAULT.withStreams(64, ofPrincipal),
            normal.keepAlive(),
            ParkedCalls.Limits.DEFAULT,
            CallTasks.Limits.DEFAULT,
            all),
        server());
  }

  private static GatewayFixture.Under listening(GatewayFixture gateway) {
    var stream = gateway.posting(LISTEN, ALL);
    stream.reply().awaitMessage("acknowledged");
    return stream;
  }

  @Test
  void soManySubscriptionsAreOpenAndNoMore() throws Exception {
    try (var gateway = listeningTo(2, 9)) {
      var first = listening(gateway);
      listening(gateway);
      var refused = gateway.posting(LISTEN, ALL);
      assertThat(refused.await().outcome()).isEqualTo(Outcome.OVERLOADED);
      assertThat(refused.reply().status()).isEqualTo(503);
      assertThat(refused.reply().header("Retry-After")).isEqualTo("10");
      assertThat(Wire.string(refused.reply().body(), "error", "data", "limit"))
          .isEqualTo("subscriptions-max");
      assertThat(gateway.counts().of(Limit.SUBSCRIPTIONS)).isOne();
      first.reply().hangUp();
      first.await();
      listening(gateway);
    }
  }

  @Test
  void aCallerHasSoManySubscriptionsAndLeavesTheOthersTheirs() throws Exception {
    try (var gateway = listeningTo(9, 2)) {
      listening(gateway);
      listening(gateway);
      var refused = gateway.posting(LISTEN, ALL);
      refused.await();
      assertThat(refused.reply().status()).isEqualTo(429);
      assertThat(refused.reply().header("Retry-After")).isEqualTo("1");
      assertThat(Wire.string(refused.reply().body(), "error", "data", "limit"))
          .isEqualTo("streams-per-principal-max");
      assertThat(gateway.counts().of(Limit.STREAMS_PER_PRINCIPAL)).isOne();
      gateway.as(new Principal(TenantId.DEVELOPMENT, "somebody else"));
      listening(gateway);
    }
  }

  @Test
  void aSessionHasSoManyCallsUnderWayAndNoMore() throws Exception {
    var normal = GuardSettings.DEFAULT;
    var roomy =
        new GuardSettings(
            2 * LegacySession.IN_FLIGHT_MAX,
            0,
            Duration.ZERO,
            5,
            normal.openMin(),
            normal.openMax(),
            normal.retryPercent());
    var reached = new CountDownLatch(LegacySession.IN_FLIGHT_MAX);
    var release = new CountDownLatch(1);
    var server = server();
    server.on(
        "tools/call",
        asked -> {
          reached.countDown();
          Wait.on(release);
          return asked.result("{\"content\":[]}");
        });
    var settings = GatewayFixture.SETTINGS.with(Duration.ofMinutes(5), roomy);
    try (var gateway = GatewayFixture.over(settings, server)) {
      var session = gateway.initialize("{}");
      var calls = new ArrayList<GatewayFixture.Under>();
      for (int id = 1; id <= LegacySession.IN_FLIGHT_MAX; id++) {
        var message = GatewayFixture.message(id, "tools/call", "{\"name\":\"one__t\"}");
        calls.add(gateway.posting(session, message));
      }
      Wait.on(reached);
      var refused = gateway.call(session, 9_999, "tools/call", "{\"name\":\"one__t\"}");
      assertThat(refused.reply().status()).isEqualTo(429);
      assertThat(refused.reply().header("Retry-After")).isEqualTo("1");
      assertThat(Wire.string(refused.body(), "error", "data", "limit"))
          .isEqualTo("calls-per-session-max");
      assertThat(Wire.at(refused.body(), "error", "data", "max")).isEqualTo("1024");
      assertThat(gateway.counts().of(Limit.CALLS_PER_SESSION)).isOne();
      assertThat(gateway.call(session, 9_998, "ping", "{}").reply().status()).isEqualTo(200);
      release.countDown();
      for (var call : calls) {
        assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
      }
      assertThat(
              gateway
                  .call(session, 9_999, "tools/call", "{\"name\":\"one__t\"}")
                  .record()
                  .outcome())
          .isEqualTo(Outcome.OK);
    }
  }
}
