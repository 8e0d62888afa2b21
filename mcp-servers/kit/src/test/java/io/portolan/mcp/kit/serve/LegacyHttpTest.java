package io.portolan.mcp.kit.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.mcp.kit.Eras;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;
import io.portolan.mcp.kit.wire.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The legacy era on the wire: sessions, streams, resumption. */
class LegacyHttpTest {
  private final TestTools tools = new TestTools();
  private final ToolServer server = tools.server();
  private final HttpServing serving = HttpServing.start(server, HttpOptions.loopback(0));
  private final Wire wire = new Wire(serving.endpoint());

  @AfterEach
  void stop() {
    wire.close();
    serving.close();
  }

  private Map<String, String> session(String version) throws Exception {
    var answer =
        wire.post(
            """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s",
            "capabilities":{"elicitation":{}},"clientInfo":{"name":"test","version":"1"}}}"""
                .formatted(version),
            Map.of());
    assertThat(Wire.json(answer).at("/result/protocolVersion").asString()).isEqualTo(version);
    var headers = new LinkedHashMap<String, String>();
    headers.put("Mcp-Session-Id", answer.headers().firstValue("mcp-session-id").orElseThrow());
    headers.put("MCP-Protocol-Version", version);
    wire.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", headers);
    return headers;
  }

  private static String call(int id, String tool) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{}}}"
        .formatted(id, tool);
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return more;
  }

  @Test
  void aSessionIsRequiredKnownAndEndsOnDelete() throws Exception {
    var ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    assertThat(wire.post(ping, Map.of()).statusCode()).isEqualTo(400);
    assertThat(wire.post(ping, Map.of("Mcp-Session-Id", "unknown")).statusCode()).isEqualTo(404);
    var session = session("2025-11-25");
    var answer = wire.post(ping, session);
    assertThat(answer.body()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
    assertThat(wire.post(ping, with(session, "MCP-Protocol-Version", "1999-01-01")).statusCode())
        .isEqualTo(400);
    assertThat(wire.delete(session)).isEqualTo(200);
    assertThat(wire.post(ping, session).statusCode()).isEqualTo(404);
    assertThat(wire.delete(session)).isEqualTo(404);
  }

  @Test
  void aStreamStartsWithAnEmptyEventFromTheVersionThatKnowsIt() throws Exception {
    var fresh = Wire.events(wire.post(call(1, "steps"), session("2025-11-25")).body());
    assertThat(fresh.getFirst().data()).isEmpty();
    assertThat(fresh.getFirst().id()).isPresent();
    assertThat(fresh.getLast().json().at("/result/content/0/text").asString()).isEqualTo("done");

    var older = Wire.events(wire.post(call(1, "steps"), session("2025-06-18")).body());
    assertThat(older).noneMatch(event -> event.data().isEmpty());
  }

  @Test
  void aClosedStreamIsResumedInItsSessionOnly() throws Exception {
    var session = session("2025-11-25");
    var cut = Wire.events(wire.post(call(5, "polled"), session).body());
    assertThat(cut).hasSize(1);
    var lastSeen = cut.getFirst().id().orElseThrow();

    var stranger = session("2025-11-25");
    assertThat(wire.get(with(stranger, "Last-Event-ID", lastSeen)).statusCode()).isEqualTo(400);
    assertThat(wire.get(with(session, "Last-Event-ID", "nonsense")).statusCode()).isEqualTo(400);

    var resumed = wire.get(with(session, "Last-Event-ID", lastSeen));
    tools.resume.countDown();
    try (var reader = Wire.reader(resumed)) {
      var answer = Wire.next(reader).orElseThrow();
      assertThat(answer.json().path("id").asInt()).isEqualTo(5);
      assertThat(answer.json().at("/result/content/0/text").asString())
          .isEqualTo("worth coming back");
      assertThat(Wire.next(reader)).isEmpty();
    }
  }

  @Test
  void whatWasSeenIsNotReplayed() throws Exception {
    var session = session("2025-11-25");
    var all = Wire.events(wire.post(call(1, "steps"), session).body());
    var logged = all.get(all.size() - 2);
    var rest = wire.get(with(session, "Last-Event-ID", logged.id().orElseThrow()));
    try (var reader = Wire.reader(rest)) {
      assertThat(Wire.next(reader)).contains(all.getLast());
      assertThat(Wire.next(reader)).isEmpty();
    }
  }

  @Test
  void aCancelledCallIsInterruptedAndGetsNoAnswer() throws Exception {
    var session = session("2025-11-25");
    var stream = wire.open(call(8, "wait"), session);
    assertThat(tools.waiting.await(30, TimeUnit.SECONDS)).isTrue();
    var accepted =
        wire.post(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":8}}",
            session);
    assertThat(accepted.statusCode()).isEqualTo(202);
    assertThat(tools.interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    try (var reader = Wire.reader(stream)) {
      assertThat(Wire.next(reader).map(Wire.Event::data)).contains("");
      assertThat(Wire.next(reader)).isEmpty();
    }
  }

  @Test
  void aQuestionGoesOverTheStreamOfItsCall() throws Exception {
    var session = session("2025-11-25");
    var stream =
        wire.open(
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":\"ask\",\"arguments\":{\"name\":\"A\"}}}",
            session);
    try (var reader = Wire.reader(stream)) {
      assertThat(Wire.next(reader).map(Wire.Event::data)).contains("");
      var question = Wire.next(reader).orElseThrow().json();
      assertThat(question.path("method").asString()).isEqualTo("elicitation/create");
      assertThat(question.at("/params/requestedSchema/required/0").asString()).isEqualTo("name");

      var answer = Json.object().put("jsonrpc", "2.0");
      answer.set("id", question.path("id"));
      answer.putObject("result").put("action", "accept").putObject("content").put("name", "Bo");
      assertThat(wire.post(Json.write(answer), session).statusCode()).isEqualTo(202);
      assertThat(Wire.next(reader).orElseThrow().json().at("/result/content/0/text").asString())
          .isEqualTo("A asked {name=Bo}");
    }
  }

  @Test
  void changesReachTheStandaloneStreamAndSubscribersOnly() throws Exception {
    var session = session("2025-11-25");
    var subscribe =
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"test://one\"}}";
    assertThat(wire.post(subscribe, session).body())
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
    var stream = wire.get(session);
    assertThat(stream.statusCode()).isEqualTo(200);
    server.catalogue().updated("test://other");
    server.catalogue().updated("test://one");
    server.catalogue().add(ToolSpec.of("late", "Added late", (_, _) -> Outcome.text("late")));
    try (var reader = Wire.reader(stream)) {
      assertThat(
              List.of(
                  Wire.next(reader).orElseThrow().json().path("method").asString(),
                  Wire.next(reader).orElseThrow().json().path("method").asString()))
          .containsExactly("notifications/resources/updated", "notifications/tools/list_changed");
    }
  }

  @Test
  void theLongestIdleSessionGivesWay() throws Exception {
    var options = new HttpOptions("127.0.0.1", 0, Eras.DUAL, Set.of(), 4_096, 2, 100);
    try (var small = HttpServing.start(new TestTools().server(), options);
        var client = new Wire(small.endpoint())) {
      var initialize =
          """
          {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",
          "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";
      var ids = new ArrayList<String>();
      for (var i = 0; i < 3; i++) {
        ids.add(
            client.post(initialize, Map.of()).headers().firstValue("mcp-session-id").orElseThrow());
      }
      var ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
      assertThat(client.post(ping, Map.of("Mcp-Session-Id", ids.get(0))).statusCode())
          .isEqualTo(404);
      assertThat(client.post(ping, Map.of("Mcp-Session-Id", ids.get(1))).statusCode())
          .isEqualTo(200);
    }
  }
}
