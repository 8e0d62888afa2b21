package io.portolan.gateway.core.relay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.ServerStatus;
import io.portolan.gateway.core.resilience.GuardSettings;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.ScriptedStream;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Condition.Circuit;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers see of a server that is ill, and stays so for the length of a test. */
@Timeout(60)
class ResilienceTest {
  private static final UpstreamFailure BROKEN = new UpstreamFailure.BrokenOff("reset", true);

  private static final Federation.Settings SETTINGS =
      GatewayFixture.SETTINGS.with(
          Duration.ofMinutes(5),
          new GuardSettings(
              256, 0, Duration.ZERO, 5, Duration.ofMinutes(5), Duration.ofMinutes(5), 20));

  private final AtomicInteger arrivals = new AtomicInteger();
  private final AtomicReference<String> answer = new AtomicReference<>("");
  private GatewayFixture gateway;

  ResilienceTest() throws InterruptedException {
    gateway = GatewayFixture.over();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private ScriptedServer start(ScriptedServer server) throws InterruptedException {
    gateway.close();
    gateway = GatewayFixture.over(SETTINGS, server);
    return server;
  }

  private GatewayFixture.Done call() throws InterruptedException {
    return gateway.modernCall("tools/call", "a__t", "\"name\":\"a__t\"");
  }

  private ServerStatus status() {
    return gateway.gateway().servers().getFirst();
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void aServerThatFailsInARowIsCalledNoMoreAndCallersAreToldWhy(Era era) throws Exception {
    start(new ScriptedServer("a", era).tools("t"))
        .on(
            "tools/call",
            _ -> {
              arrivals.incrementAndGet();
              return new Answer.Failed(BROKEN);
            });
    for (int i = 0; i < 5; i++) {
      assertThat(call().record().outcome()).isEqualTo(Outcome.UPSTREAM_BROKEN);
    }
    var refused = call();
    assertThat(refused.record().outcome()).isEqualTo(Outcome.UPSTREAM_SUSPENDED);
    assertThat(Wire.at(refused.body(), "error", "message"))
        .contains("Server 'a' is not called since 20", "it broke off before it had answered")
        .doesNotContain("reset");
    assertThat(Wire.at(refused.body(), "error", "data", "retryAfterMs")).isNotEmpty();
    assertThat(Wire.at(refused.body(), "error", "data", "mayHaveRun")).isEqualTo("false");
    assertThat(arrivals).as("the sixth was not made").hasValue(5);
    assertThat(status().condition().circuit()).isEqualTo(Circuit.OPEN);
    assertThat(status().condition().openings()).isEqualTo(1);
    assertThat(status().health()).as("its probes are answered").isEqualTo(ServerStatus.Health.UP);
  }

  @Test
  void aBrokenStreamCountsAndKeepsNoPlace() throws Exception {
    start(new ScriptedServer("a", Era.MODERN).tools("t"))
        .on(
            "tools/call",
            _ -> new Answer.Streamed(new ScriptedStream().put(new MessageStream.Broken(BROKEN))));
    for (int i = 0; i < 5; i++) {
      assertThat(call().record().outcome()).isEqualTo(Outcome.UPSTREAM_BROKEN);
    }
    assertThat(status().condition().circuit()).isEqualTo(Circuit.OPEN);
    assertThat(status().condition().callsInFlight()).isZero();
  }

  @Test
  void aQuestionThatNobodyAnswersInTimeIsNotTheServersIllness() throws Exception {
    start(new ScriptedServer("a", Era.MODERN).tools("t"))
        .on(
            "tools/call",
            _ ->
                new Answer.Streamed(
                    new ScriptedStream()
                        .message("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}")
                        .put(
                            new MessageStream.Broken(
                                new UpstreamFailure.TimedOut("deadline", true)))));
    for (int i = 0; i < 6; i++) {
      assertThat(call().record().outcome()).isEqualTo(Outcome.UPSTREAM_TIMEOUT);
    }
    assertThat(status().condition().circuit()).isEqualTo(Circuit.CLOSED);
  }

  @Test
  void errorsOfToolsAndOfTheServerOpenNothing() throws Exception {
    start(new ScriptedServer("a", Era.MODERN).tools("t"))
        .on("tools/call", asked -> asked.error(-32603, 200));
    for (int i = 0; i < 10; i++) {
      assertThat(call().record().outcome()).isEqualTo(Outcome.RPC_ERROR);
    }
    assertThat(status().condition().circuit()).isEqualTo(Circuit.CLOSED);
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void aRequestThatIsOnlyAcceptedHasFailed(Era era) throws Exception {
    start(new ScriptedServer("a", era).tools("t")).on("tools/call", _ -> new Answer.Accepted());
    var done = call();
    assertThat(done.record().outcome()).isEqualTo(Outcome.UPSTREAM_BROKEN);
    assertThat(Wire.at(done.body(), "error", "data", "mayHaveRun")).isEqualTo("true");
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void aToolThatMayBeRepeatedIs(Era era) throws Exception {
    start(
            new ScriptedServer("a", era)
                .list(ListKind.TOOLS, "{\"name\":\"t\",\"annotations\":{\"idempotentHint\":true}}"))
        .on(
            "tools/call",
            asked ->
                arrivals.incrementAndGet() == 1
                    ? new Answer.Failed(BROKEN)
                    : asked.result("{\"content\":[],\"resultType\":\"complete\"}"));
    assertThat(call().record().outcome()).isEqualTo(Outcome.OK);
    assertThat(arrivals).hasValue(2);
    assertThat(status().condition().repeated()).isEqualTo(1);
  }

  @Test
  void aToolThatMayHaveRunIsNotRepeated() throws Exception {
    start(
            new ScriptedServer("a", Era.MODERN)
                .list(
                    ListKind.TOOLS, "{\"name\":\"t\",\"annotations\":{\"idempotentHint\":false}}"))
        .on(
            "tools/call",
            _ -> {
              arrivals.incrementAndGet();
              return new Answer.Failed(BROKEN);
            });
    assertThat(call().record().outcome()).isEqualTo(Outcome.UPSTREAM_BROKEN);
    assertThat(arrivals).hasValue(1);
  }

  @Test
  void aPauseThatTheServerAsksForIsPassedOnAndKept() throws Exception {
    start(new ScriptedServer("a", Era.MODERN).tools("t"))
        .on(
            "tools/call",
            _ -> {
              arrivals.incrementAndGet();
              return new Answer.Failed(
                  new UpstreamFailure.Throttled(
                      Duration.ofSeconds(30), UpstreamFailure.Throttled.Whom.CALLER, "429"));
            });
    for (int i = 0; i < 3; i++) {
      var done = call();
      assertThat(done.record().outcome()).isEqualTo(Outcome.UPSTREAM_THROTTLED);
      assertThat(Integer.parseInt(done.reply().header("Retry-After"))).isBetween(1, 30);
      assertThat(Wire.at(done.body(), "error", "code")).isEqualTo("-31012");
    }
    assertThat(arrivals).hasValue(1);
    gateway.as(new Principal(TenantId.DEVELOPMENT, "somebody else"));
    assertThat(call().record().outcome()).isEqualTo(Outcome.UPSTREAM_THROTTLED);
    assertThat(arrivals).as("a pause of one caller is not one of all").hasValue(2);
  }

  @Test
  void listsNameTheServersThatAreNotCalled() throws Exception {
    start(new ScriptedServer("a", Era.MODERN).tools("t"))
        .on("tools/call", _ -> new Answer.Failed(BROKEN));
    assertThat(gateway.modernCall("tools/list", "", "").body()).doesNotContain("/servers");
    for (int i = 0; i < 5; i++) {
      call();
    }
    var body = gateway.modernCall("tools/list", "", "").body();
    assertThat(body).contains("a__t");
    var trouble = Wire.at(body, "result", "_meta", "io.portolan/servers", "a");
    assertThat(Wire.string(trouble, "status")).isEqualTo("up");
    assertThat(Wire.string(trouble, "circuit", "state")).isEqualTo("open");
    assertThat(Wire.string(trouble, "circuit", "reason"))
        .isEqualTo("it broke off before it had answered");
  }

  private static final String ASKS =
      "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\","
          + "\"params\":{\"message\":\"?\",\"requestedSchema\":{}}}";

  /** A server with one place, whose first call asks its user. */
  private AtomicReference<@Nullable ScriptedStream> onePlace() throws InterruptedException {
    var normal = GuardSettings.DEFAULT;
    var narrow =
        new GuardSettings(
            1, 0, Duration.ZERO, 5, normal.openMin(), normal.openMax(), normal.retryPercent());
    var server = new ScriptedServer("a", Era.LEGACY).tools("t");
    var first = new AtomicReference<@Nullable ScriptedStream>();
    server.on(
        "tools/call",
        asked -> {
          if (first.get() != null) {
            return asked.result("{\"content\":[]}");
          }
          var stream = new ScriptedStream();
          first.set(stream);
          answer.set(asked.response("{\"content\":[]}"));
          return new Answer.Streamed(stream.message(ASKS));
        });
    gateway.close();
    gateway =
        GatewayFixture.over(GatewayFixture.SETTINGS.with(Duration.ofMinutes(5), narrow), server);
    return first;
  }

  @Test
  void aUserWhoIsAskedKeepsNobodyElseOut() throws Exception {
    var first = onePlace();
    var session = gateway.initialize("{\"elicitation\":{}}");
    var call =
        gateway.posting(session, GatewayFixture.message(1, "tools/call", "{\"name\":\"a__t\"}"));
    var question = call.reply().awaitMessage("elicitation/create");
    assertThat(status().condition().callsInFlight()).isZero();
    assertThat(gateway.call(session, 2, "tools/call", "{\"name\":\"a__t\"}").record().outcome())
        .isEqualTo(Outcome.OK);
    var json = "{\"jsonrpc\":\"2.0\",\"id\":" + Wire.at(question, "id") + ",\"result\":{}}";
    gateway.post(new Route.Federated(), session, json);
    requireNonNull(first.get())
        .message(GatewayFixture.notification("notifications/message", "{\"level\":\"x\"}"));
    call.reply().awaitMessage("notifications/message");
    assertThat(status().condition().callsInFlight()).as("it is at work again").isEqualTo(1);
    assertThat(gateway.call(session, 3, "tools/call", "{\"name\":\"a__t\"}").record().outcome())
        .isEqualTo(Outcome.OVERLOADED);
    requireNonNull(first.get()).message(answer.get());
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(status().condition().callsInFlight()).isZero();
  }

  @Test
  void aCallThatIsParkedKeepsNobodyElseOut() throws Exception {
    var first = onePlace();
    var capable =
        "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}}},"
            + "\"name\":\"a__t\"%s}";
    var headers = GatewayFixture.modern("tools/call", "a__t");
    var call =
        gateway.posting(headers, GatewayFixture.message(1, "tools/call", capable.formatted("")));
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    var state = Wire.at(call.reply().body(), "result", "requestState");
    assertThat(status().condition().callsInFlight()).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(call().record().outcome()).isEqualTo(Outcome.OK);
    }
    var retry = ",\"inputResponses\":{\"q1\":{}},\"requestState\":" + state;
    var again =
        gateway.posting(headers, GatewayFixture.message(2, "tools/call", capable.formatted(retry)));
    requireNonNull(first.get()).message(answer.get());
    assertThat(again.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(status().condition().callsInFlight()).isZero();
  }
}
