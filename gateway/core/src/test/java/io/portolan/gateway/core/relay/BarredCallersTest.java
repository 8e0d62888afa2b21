package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.cost.Prices;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
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
import io.portolan.tenancy.Quotas;
import io.portolan.tenancy.Quotas.Used;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of calls whose callers are let in no more while they are under way. */
class BarredCallersTest {
  private static final String FORM =
      "{\"mode\":\"form\",\"message\":\"?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}";

  private final ScriptedServer recent = new ScriptedServer("recent", Era.MODERN).tools("t");
  private final ScriptedServer old = new ScriptedServer("old", Era.LEGACY).tools("t");
  private final BlockingQueue<ScriptedStream> streams = new LinkedBlockingQueue<>();
  private final List<Used> settled = new CopyOnWriteArrayList<>();
  private final AtomicBoolean isBarred = new AtomicBoolean();
  private final GatewayFixture gateway;

  BarredCallersTest() throws Exception {
    gateway =
        GatewayFixture.metered(
            (_, _) -> new Quotas.Outcome.Granted(settled::add), Prices.none(), recent, old);
    recent.on("tools/call", this::unanswered);
    old.on("tools/call", this::unanswered);
    gateway.barredWhen(isBarred::get);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private Answer unanswered(ScriptedServer.Asked asked) {
    var stream = new ScriptedStream();
    asked
        .outbound()
        .cancellation()
        .onCancel(
            () -> stream.put(new MessageStream.Broken(new UpstreamFailure.Cancelled("closed"))));
    streams.add(stream);
    return new Answer.Streamed(stream);
  }

  private ScriptedStream reached() throws InterruptedException {
    var stream = streams.poll(20, TimeUnit.SECONDS);
    assertThat(stream).isNotNull();
    return stream;
  }

  private GatewayFixture.Under modern(String server) {
    var name = server + "__t";
    return gateway.posting(
        GatewayFixture.modern("tools/call", name),
        GatewayFixture.modernMessage("tools/call", "", "\"name\":\"" + name + "\""));
  }

  private GatewayFixture.Under legacy(FixedHeaders session, String server) {
    var params = "{\"name\":\"" + server + "__t\"}";
    return gateway.posting(session, GatewayFixture.message(1, "tools/call", params));
  }

  private static String last(GatewayFixture.Under call) throws InterruptedException {
    return call.reply().isStream()
        ? call.reply().awaitEnd().messages().getLast()
        : call.reply().body();
  }

  private void isCut(GatewayFixture.Under call, ScriptedServer server) throws Exception {
    assertThat(call.await().outcome()).isEqualTo(Outcome.BARRED);
    var error = last(call);
    assertThat(Wire.at(error, "error", "code")).isEqualTo("-31020");
    assertThat(Wire.at(error, "error", "data", "mayHaveRun")).isEqualTo("true");
    assertThat(settled).containsExactly(Used.CALLED);
    Wait.until("the server is told", () -> server.received("notifications/cancelled").size() == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"recent", "old"})
  void aModernCallersCallIsCutAndSettledAndItsServerTold(String server) throws Exception {
    var call = modern(server);
    var stream = reached();
    isBarred.set(true);
    isCut(call, server.equals("old") ? old : recent);
    stream.awaitClosed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"recent", "old"})
  void aLegacyCallersCallIsCutAndSettledAndItsServerTold(String server) throws Exception {
    var session = gateway.initialize("{}");
    var call = legacy(session, server);
    var stream = reached();
    isBarred.set(true);
    assertThat(call.await().outcome()).isEqualTo(Outcome.BARRED);
    assertThat(Wire.at(last(call), "error", "code")).isEqualTo("-31020");
    assertThat(settled).containsExactly(Used.CALLED);
    stream.awaitClosed();
  }

  @Test
  void aCallThatWaitsForItsClientIsGivenUpAtItsServer() throws Exception {
    var call =
        gateway.posting(
            GatewayFixture.modern("tools/call", "old__t"),
            GatewayFixture.message(
                1,
                "tools/call",
                "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}}},"
                    + "\"name\":\"old__t\"}"));
    reached().message(GatewayFixture.message(9, "elicitation/create", FORM));
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(last(call)).contains("input_required");
    isBarred.set(true);
    Wait.until("the server is told", () -> old.received("notifications/cancelled").size() == 1);
  }

  @Test
  void othersCallsGoOn() throws Exception {
    var barred = modern("recent");
    var stream = reached();
    gateway.barredWhen(() -> false);
    var other = modern("recent");
    var others = reached();
    isBarred.set(true);
    assertThat(barred.await().outcome()).isEqualTo(Outcome.BARRED);
    stream.awaitClosed();
    others.message(
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[]}}"
            .formatted(Wire.at(recent.received("tools/call").getLast(), "id")));
    assertThat(other.await().outcome()).isEqualTo(Outcome.OK);
  }
}
