package io.portolan.mcp.kit.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;
import io.portolan.mcp.kit.wire.Json;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ModernHttpTest {
  private static final String ALL = "{\"elicitation\":{},\"sampling\":{},\"roots\":{}}";

  private final TestTools tools = new TestTools();
  private final ToolServer server = tools.server();
  private final HttpServing serving = HttpServing.start(server, HttpOptions.loopback(0));
  private final Wire wire = new Wire(serving.endpoint());

  @AfterEach
  void stop() {
    wire.close();
    serving.close();
  }

  @Test
  void discoverNamesVersionAndCapabilities() throws Exception {
    var answer = wire.send(Wire.modern(1, "server/discover", Json.object(), "{}"));
    var result = Wire.json(answer).path("result");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(result.path("supportedVersions").toString()).isEqualTo("[\"2026-07-28\"]");
    assertThat(result.path("resultType").asString()).isEqualTo("complete");
    assertThat(result.path("capabilities").has("tools")).isTrue();
    assertThat(result.path("capabilities").has("completions")).isFalse();
    assertThat(
            result.path("_meta").path("io.modelcontextprotocol/serverInfo").path("name").asString())
        .isEqualTo("test-server");
  }

  @Test
  void anAnswerAloneIsJson() throws Exception {
    var answer = wire.send(Wire.modern(7, "tools/call", Wire.call("echo", "{\"a\":1.50}"), "{}"));
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(Wire.json(answer).path("id").asInt()).isEqualTo(7);
    assertThat(Wire.json(answer).at("/result/content/0/text").asString()).isEqualTo("{\"a\":1.50}");
  }

  @Test
  void noticesComeBeforeTheAnswerAndOnlyThoseAskedFor() throws Exception {
    var params = Wire.call("steps", "{}");
    params.putObject("_meta").put("progressToken", "tok");
    var quiet = wire.send(Wire.modern(1, "tools/call", params, "{}"));
    assertThat(quiet.headers().firstValue("content-type")).hasValue("text/event-stream");
    assertThat(Wire.events(quiet.body()).stream().map(e -> e.json().path("method").asString("")))
        .containsExactly("notifications/progress", "notifications/progress", "");

    var logging = Wire.call("steps", "{}");
    logging.putObject("_meta").put("io.modelcontextprotocol/logLevel", "warning");
    var loud = wire.send(Wire.modern(2, "tools/call", logging, "{}"));
    assertThat(Wire.events(loud.body()).stream().map(e -> e.json().path("method").asString("")))
        .containsExactly("notifications/message", "");
  }

  @Test
  void everyHeaderMustSayWhatTheBodySays() throws Exception {
    var request = Wire.modern(3, "tools/call", Wire.call("echo", "{}"), "{}");
    for (var header : Wire.headersOf(request).keySet()) {
      var wrong = Wire.headersOf(request);
      wrong.put(header, "something-else");
      assertRefused(wire.post(Json.write(request), wrong), 400, -32020);
      if (!header.equals("MCP-Protocol-Version")) {
        var missing = Wire.headersOf(request);
        missing.remove(header);
        assertRefused(wire.post(Json.write(request), missing), 400, -32020);
      }
    }
    var encoded = Wire.headersOf(request);
    encoded.put("Mcp-Name", "=?base64?ZWNobw==?=");
    assertThat(wire.post(Json.write(request), encoded).statusCode()).isEqualTo(200);
  }

  @Test
  void mirroredArgumentsMustBeInTheirHeaders() throws Exception {
    var request = Wire.modern(3, "tools/call", Wire.call("mirrored", "{\"region\":\"eu\"}"), "{}");
    assertRefused(wire.send(request), 400, -32020);
    var right = Wire.headersOf(request);
    right.put("Mcp-Param-Region", "eu");
    assertThat(wire.post(Json.write(request), right).statusCode()).isEqualTo(200);
    right.put("Mcp-Param-Region", "us");
    assertRefused(wire.post(Json.write(request), right), 400, -32020);
  }

  @Test
  void anUnknownVersionIsToldWhichAreKnown() throws Exception {
    var request = Wire.modern(4, "tools/list", Json.object(), "{}");
    ((ObjectNode) request.at("/params/_meta"))
        .put("io.modelcontextprotocol/protocolVersion", "2099-01-01");
    var headers = Wire.headersOf(request);
    headers.put("MCP-Protocol-Version", "2099-01-01");
    var answer = wire.post(Json.write(request), headers);
    assertRefused(answer, 400, -32022);
    assertThat(Wire.json(answer).at("/error/data/requested").asString()).isEqualTo("2099-01-01");
    assertThat(Wire.json(answer).at("/error/data/supported/0").asString()).isEqualTo("2026-07-28");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "completion/complete",
        "tasks/get",
        "no/such/method"
      })
  void aMethodThatIsNotServedIsNotFound(String method) throws Exception {
    assertRefused(wire.send(Wire.modern(5, method, Json.object(), "{}")), 404, -32601);
  }

  @Test
  void missingMetaIsRefused() throws Exception {
    var request = Wire.modern(6, "tools/list", Json.object(), "{}");
    var headers = Wire.headersOf(request);
    ((ObjectNode) request.at("/params/_meta")).remove("io.modelcontextprotocol/clientCapabilities");
    assertRefused(wire.post(Json.write(request), headers), 400, -32602);
    ((ObjectNode) request.path("params")).remove("_meta");
    assertRefused(wire.post(Json.write(request), headers), 400, -32602);
  }

  @Test
  void aQuestionIsTheAnswerUntilItIsAnswered() throws Exception {
    var asked =
        Wire.json(
            wire.send(Wire.modern(1, "tools/call", Wire.call("ask", "{\"name\":\"A\"}"), ALL)));
    assertThat(asked.at("/result/resultType").asString()).isEqualTo("input_required");
    assertThat(asked.at("/result/inputRequests/name/method").asString())
        .isEqualTo("elicitation/create");

    var retry = answered("ask", "{\"name\":\"A\"}", asked.at("/result/requestState").asString());
    var done = Wire.json(wire.send(Wire.modern(2, "tools/call", retry, ALL)));
    assertThat(done.at("/result/resultType").asString()).isEqualTo("complete");
    assertThat(done.at("/result/content/0/text").asString()).isEqualTo("A asked {name=Bo}");
  }

  @Test
  void aStateIsOnlyGoodForItsOwnRequest() throws Exception {
    var asked =
        Wire.json(
            wire.send(Wire.modern(1, "tools/call", Wire.call("ask", "{\"name\":\"A\"}"), ALL)));
    var state = asked.at("/result/requestState").asString();
    var tampered = answered("ask", "{\"name\":\"A\"}", state + "x");
    assertThat(
            Wire.json(wire.send(Wire.modern(2, "tools/call", tampered, ALL)))
                .at("/error/code")
                .asInt())
        .isEqualTo(-32602);
    var otherArguments = answered("ask", "{\"name\":\"B\"}", state);
    assertThat(
            Wire.json(wire.send(Wire.modern(3, "tools/call", otherArguments, ALL)))
                .at("/error/code")
                .asInt())
        .isEqualTo(-32602);
  }

  @Test
  void anAnswerThatDoesNotFitTheFormIsAskedForAgain() throws Exception {
    var params = Wire.call("ask", "{\"name\":\"A\"}");
    params.set(
        "inputResponses",
        Json.MAPPER.readTree("{\"name\":{\"action\":\"accept\",\"content\":{\"name\":5}}}"));
    var again = Wire.json(wire.send(Wire.modern(1, "tools/call", params, ALL)));
    assertThat(again.at("/result/resultType").asString()).isEqualTo("input_required");

    params.set("inputResponses", Json.MAPPER.readTree("{\"name\":12}"));
    var refused = Wire.json(wire.send(Wire.modern(2, "tools/call", params, ALL)));
    assertThat(refused.at("/error/code").asInt()).isEqualTo(-32602);
  }

  @Test
  void aQuestionTheClientCannotAnswerIsNotAsked() throws Exception {
    var answer =
        wire.send(Wire.modern(1, "tools/call", Wire.call("sample", "{}"), "{\"elicitation\":{}}"));
    assertRefused(answer, 400, -32021);
    assertThat(Wire.json(answer).at("/error/data/requiredCapabilities/sampling").isObject())
        .isTrue();
  }

  @Test
  void toolErrorsAreResultsAndUnknownNamesAreNot() throws Exception {
    var thrown = Wire.json(wire.send(Wire.modern(1, "tools/call", Wire.call("throw", "{}"), "{}")));
    assertThat(thrown.at("/result/isError").asBoolean()).isTrue();
    assertThat(thrown.at("/result/content/0/text").asString()).isEqualTo("thrown on purpose");
    var invalid =
        Wire.json(wire.send(Wire.modern(2, "tools/call", Wire.call("greet", "{}"), "{}")));
    assertThat(invalid.at("/result/isError").asBoolean()).isTrue();
    var unknown = Wire.json(wire.send(Wire.modern(3, "tools/call", Wire.call("nope", "{}"), "{}")));
    assertThat(unknown.at("/error/code").asInt()).isEqualTo(-32602);
    var resource =
        Wire.json(
            wire.send(
                Wire.modern(4, "resources/read", Json.object().put("uri", "test://none"), "{}")));
    assertThat(resource.at("/error/code").asInt()).isEqualTo(-32602);
    assertThat(resource.at("/error/data/uri").asString()).isEqualTo("test://none");
    var prompt =
        Wire.json(
            wire.send(Wire.modern(5, "prompts/get", Json.object().put("name", "greeting"), "{}")));
    assertThat(prompt.at("/error/code").asInt()).isEqualTo(-32602);
  }

  @Test
  void aSubscriptionHearsOnlyWhatItAskedForAndEndsWithAResult() throws Exception {
    var params = Json.object();
    params
        .putObject("notifications")
        .put("toolsListChanged", true)
        .putArray("resourceSubscriptions")
        .add("test://one");
    var request = Wire.modern(9, "subscriptions/listen", params, "{}");
    var stream = wire.open(Json.write(request), Wire.headersOf(request));
    try (var reader = Wire.reader(stream)) {
      var ack = Wire.next(reader).orElseThrow().json();
      assertThat(ack.path("method").asString())
          .isEqualTo("notifications/subscriptions/acknowledged");

      server.catalogue().removePrompt("greeting");
      server.catalogue().updated("test://other");
      server.catalogue().updated("test://one");
      server.catalogue().add(ToolSpec.of("late", "Added late", (_, _) -> Outcome.text("late")));

      var updated = Wire.next(reader).orElseThrow().json();
      assertThat(updated.path("method").asString()).isEqualTo("notifications/resources/updated");
      assertThat(
              updated.path("params").path("_meta").path("io.modelcontextprotocol/subscriptionId"))
          .isEqualTo(Json.tree(9));
      assertThat(Wire.next(reader).orElseThrow().json().path("method").asString())
          .isEqualTo("notifications/tools/list_changed");

      serving.close();
      var end = Wire.next(reader).orElseThrow().json();
      assertThat(end.path("id").asInt()).isEqualTo(9);
      assertThat(end.at("/result/resultType").asString()).isEqualTo("complete");
      assertThat(Wire.next(reader)).isEmpty();
    }
  }

  @Test
  void aCallerWhoLeavesCancelsTheCall() throws Exception {
    var request = Wire.modern(1, "tools/call", Wire.call("wait", "{}"), "{}");
    var stream = wire.open(Json.write(request), Wire.headersOf(request));
    assertThat(tools.waiting.await(30, TimeUnit.SECONDS)).isTrue();
    stream.body().close();
    assertThat(tools.interrupted.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void sessionsAndLastEventIdsMeanNothing() throws Exception {
    var request = Wire.modern(1, "tools/call", Wire.call("echo", "{}"), "{}");
    var headers = Wire.headersOf(request);
    headers.put("Mcp-Session-Id", "whatever");
    headers.put("Last-Event-ID", "whatever");
    assertThat(wire.post(Json.write(request), headers).statusCode()).isEqualTo(200);
    assertThat(wire.get(Map.of("MCP-Protocol-Version", "2026-07-28")).statusCode()).isEqualTo(405);
    assertThat(wire.delete(Map.of("MCP-Protocol-Version", "2026-07-28"))).isEqualTo(405);
  }

  private static ObjectNode answered(String tool, String arguments, String state) {
    var params = Wire.call(tool, arguments);
    params.set(
        "inputResponses",
        Json.MAPPER.readTree("{\"name\":{\"action\":\"accept\",\"content\":{\"name\":\"Bo\"}}}"));
    return params.put("requestState", state);
  }

  private static void assertRefused(HttpResponse<String> answer, int status, int code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Wire.json(answer).at("/error/code").asInt()).as(answer.body()).isEqualTo(code);
    assertThat(Wire.json(answer).path("id").isInt()).isTrue();
  }
}
