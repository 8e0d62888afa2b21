package io.portolan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.upstream.Received;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.HttpRequest;
import io.portolan.e2e.wire.LegacyClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client with a session before a server that knows none: what the server asks and tells. */
@NeedsDistribution
@SuppressWarnings("NullAway.Init")
class QuestionsToLegacyClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String FORM =
      """
      {"mode":"form","message":"How deep?","requestedSchema":{"type":"object",\
      "properties":{"d":{"type":"number"}}}}""";
  private static final String SAMPLE =
      "{\"messages\":[],\"maxTokens\":18446744073709551617,\"x\":1.0}";
  private static final String ACCEPTED =
      "{\"action\":\"accept\",\"content\":{\"d\":18446744073709551617.50}}";
  private static final String PLAY = "{\"name\":\"recent__play\",\"arguments\":{\"a\":1.0}}";

  @TempDir static Path dir;

  private static RawUpstream recent;
  private static GatewayProcess gateway;

  private LegacyClient client;

  @BeforeAll
  static void start() throws Exception {
    recent =
        RawUpstream.start(
            RawUpstream.Era.MODERN,
            new Lists(
                List.of(
                    """
                    {"name":"play","inputSchema":{"type":"object","properties":{\
                    "a":{"type":"number"},"region":{"type":"string","x-mcp-header":"Region"}}}}"""),
                List.of("{\"uri\":\"raw://one\",\"name\":\"one\"}"),
                List.of(),
                List.of("{\"name\":\"ask\"}")));
    gateway = GatewayProcess.up(dir, new McpJson().http("recent", recent.url()).writeTo(dir));
    Eventually.isSo(
        "the tools are listed",
        Duration.ofMinutes(2),
        () ->
            new String(
                    LegacyClient.open(gateway.endpoint()).call("tools/list", "{}").result(), UTF_8)
                .contains("recent__play"));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, recent);
  }

  @BeforeEach
  void open() throws Exception {
    recent.forgetReceived();
    client = LegacyClient.open(gateway.endpoint(), RealServers.ALL_CAPABILITIES);
  }

  private static String required(String inputRequests) {
    return "{\"resultType\":\"input_required\",\"inputRequests\":"
        + inputRequests
        + ",\"requestState\":\"s\\u00e9aled\"}";
  }

  private static boolean isRetry(Received call) {
    return call.json().at("params", "inputResponses").isPresent();
  }

  private static void asks(String inputRequests) {
    recent.script(
        call ->
            Answer.result(
                call,
                isRetry(call)
                    ? "{\"resultType\":\"complete\",\"content\":[],\"got\":"
                        + call.json().text("params", "inputResponses")
                        + "}"
                    : required(inputRequests)));
  }

  private static String form(String key) {
    return "\"" + key + "\":{\"method\":\"elicitation/create\",\"params\":" + FORM + "}";
  }

  private static String sample(String key) {
    return "\"" + key + "\":{\"method\":\"sampling/createMessage\",\"params\":" + SAMPLE + "}";
  }

  private void reply(JsonText request, String member) throws IOException {
    var answer = "{\"jsonrpc\":\"2.0\",\"id\":" + request.text("id") + "," + member + "}";
    assertThat(client.post(answer).status()).isEqualTo(202);
  }

  private Answered call(String method, String params, Answered.Listener listener)
      throws IOException {
    return client.send(LegacyClient.message("5", method, params).getBytes(UTF_8), listener);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-03-26", "2025-06-18", "2025-11-25"})
  void aClientOfAnySessionVersionIsAsked(String version) throws Exception {
    client = LegacyClient.open(gateway.endpoint(), RealServers.ALL_CAPABILITIES, version);
    asks("{" + form("depth") + "}");
    var asked = new ArrayList<JsonText>();
    var answer =
        call(
            "tools/call",
            PLAY,
            message -> {
              asked.add(JsonText.of(message));
              reply(asked.getLast(), "\"result\":" + ACCEPTED);
            });
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().string("method")).isEqualTo("elicitation/create");
    assertThat(asked.getFirst().text("params")).isEqualTo(FORM);
    assertThat(answer.json().text("id")).isEqualTo("5");
    assertThat(answer.json().text("result", "got")).isEqualTo("{\"depth\":" + ACCEPTED + "}");
    var retried = recent.last("tools/call").json();
    assertThat(retried.string("params", "requestState")).isEqualTo("séaled");
    assertThat(retried.text("params", "arguments")).isEqualTo("{\"a\":1.0}");
    assertThat(recent.complaints()).isEmpty();
  }

  @Test
  void promptsAndResourcesMayAskToo() throws Exception {
    asks("{" + sample("who") + ",\"where\":{\"method\":\"roots/list\"}}");
    for (var request :
        List.of(
            List.of("prompts/get", "{\"name\":\"recent__ask\"}"),
            List.of("resources/read", "{\"uri\":\"recent+raw://one\"}"))) {
      var answer =
          call(
              request.getFirst(),
              request.getLast(),
              message -> {
                var asked = JsonText.of(message);
                if (asked.string("method").equals("roots/list")) {
                  reply(asked, "\"result\":{\"roots\":[{\"uri\":\"file:///a\"}]}");
                } else {
                  assertThat(asked.text("params")).isEqualTo(SAMPLE);
                  reply(asked, "\"result\":{\"role\":\"assistant\",\"n\":1.0}");
                }
              });
      assertThat(answer.json().text("result", "got"))
          .isEqualTo(
              "{\"who\":{\"role\":\"assistant\",\"n\":1.0},"
                  + "\"where\":{\"roots\":[{\"uri\":\"file:///a\"}]}}");
    }
    assertThat(recent.complaints()).isEmpty();
  }

  @Test
  void whoDeclinesIsHeardAndWhoFailsEndsTheCall() throws Exception {
    asks("{" + form("depth") + "}");
    var declined =
        call(
            "tools/call",
            PLAY,
            message -> reply(JsonText.of(message), "\"result\":{\"action\":\"decline\"}"));
    assertThat(declined.json().text("result", "got"))
        .isEqualTo("{\"depth\":{\"action\":\"decline\"}}");

    asks("{" + sample("who") + "}");
    var error = "{\"code\":-1,\"message\":\"User rejected sampling request\"}";
    var failed =
        call("tools/call", PLAY, message -> reply(JsonText.of(message), "\"error\":" + error));
    assertThat(failed.errorCode()).isEqualTo(-31013);
    assertThat(failed.json().text("error", "data", "error")).isEqualTo(error);
  }

  @Test
  void aClientThatCannotBeAskedIsToldWhatItLacks() throws Exception {
    client = LegacyClient.open(gateway.endpoint());
    asks("{" + form("depth") + "}");
    var undeclared = client.call("tools/call", PLAY);
    assertThat(undeclared.errorCode()).isEqualTo(-32600);
    assertThat(undeclared.errorMessage()).contains("elicitation/create");
    recent.script(call -> Answer.error(call, 400, -32021, "Missing required client capability"));
    assertThat(client.call("tools/call", PLAY).errorCode()).isEqualTo(-32600);
  }

  @Test
  void aClientThatComesBackIsAskedAgainAndGetsTheResult() throws Exception {
    asks("{" + form("depth") + "}");
    String first;
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var call = LegacyClient.message("5", "tools/call", PLAY);
      var events = connection.open(client.request(call.getBytes(UTF_8))).events();
      first = events.next().orElseThrow().id().orElseThrow();
      assertThat(events.nextMessage().orElseThrow().text()).contains("elicitation/create");
    }
    var headers = client.request(new byte[0]).headers().without("Content-Type");
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var again =
          connection
              .open(
                  HttpRequest.get(
                      "/mcp",
                      headers.with("Accept", "text/event-stream").with("Last-Event-ID", first)))
              .events();
      reply(JsonText.of(again.nextMessage().orElseThrow().data()), "\"result\":" + ACCEPTED);
      var answer = JsonText.of(again.nextMessage().orElseThrow().data());
      assertThat(answer.text("result", "got")).isEqualTo("{\"depth\":" + ACCEPTED + "}");
    }
  }

  @Test
  void aCancelledCallIsNotRepeatedAndARunningOneLosesItsConnection() throws Exception {
    asks("{" + form("depth") + "}");
    var cancel =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":"
            + "{\"requestId\":5}}";
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var call = LegacyClient.message("5", "tools/call", PLAY);
      var events = connection.open(client.request(call.getBytes(UTF_8))).events();
      var question = JsonText.of(events.nextMessage().orElseThrow().data());
      assertThat(client.post(cancel).status()).isEqualTo(202);
      var rest = new ArrayList<String>();
      for (var event = events.nextMessage(); event.isPresent(); event = events.nextMessage()) {
        rest.add(event.get().text());
      }
      assertThat(rest).noneMatch(message -> message.contains("\"id\":5"));
      reply(question, "\"result\":" + ACCEPTED);
    }
    assertThat(recent.received().stream().filter(m -> m.is("tools/call"))).hasSize(1);

    var closed = new CountDownLatch(1);
    recent.script(
        call ->
            new Answer.Live(
                out -> {
                  out.message(
                      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                          + "{\"progressToken\":\"p\",\"progress\":1}}");
                  out.awaitClosedByPeer();
                  closed.countDown();
                }));
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var call =
          LegacyClient.message(
              "5", "tools/call", "{\"name\":\"recent__play\",\"_meta\":{\"progressToken\":\"p\"}}");
      var events = connection.open(client.request(call.getBytes(UTF_8))).events();
      assertThat(events.nextMessage().orElseThrow().text()).contains("\"progress\":1");
      client.post(cancel);
      assertThat(closed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(events.nextMessage()).isEmpty();
    }
  }

  @Test
  void whatASessionRemembersIsSaidInEveryRequest() throws Exception {
    recent.script(call -> Answer.result(call, "{\"resultType\":\"complete\",\"content\":[]}"));
    client.call("logging/setLevel", "{\"level\":\"warning\"}");
    client.call("tools/call", "{\"name\":\"recent__play\",\"arguments\":{\"region\":\"eu süd\"}}");
    var call = recent.last("tools/call");
    var meta = new String[] {"params", "_meta", "io.modelcontextprotocol/logLevel"};
    assertThat(call.json().string(meta)).isEqualTo("warning");
    assertThat(call.json().text("params", "_meta", "io.modelcontextprotocol/clientCapabilities"))
        .isEqualTo(RealServers.ALL_CAPABILITIES);
    assertThat(call.json().string("params", "_meta", "io.modelcontextprotocol/clientInfo", "name"))
        .isEqualTo("e2e");
    assertThat(call.headers().first("Mcp-Param-Region").orElse("")).startsWith("=?base64?");
    assertThat(
            client
                .post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/roots/list_changed\"}")
                .status())
        .isEqualTo(202);
    assertThat(recent.complaints()).isEmpty();
  }

  @Test
  void newsOfAResourceComeOnTheSessionsOwnStream() throws Exception {
    try (var listening = client.listen()) {
      var before = recent.streams();
      assertThat(
              new String(
                  client.call("resources/subscribe", "{\"uri\":\"recent+raw://one\"}").result(),
                  UTF_8))
          .isEqualTo("{}");
      Eventually.isSo("the server is listened to", PATIENCE, () -> recent.streams() > before);
      recent.push(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":"
              + "{\"uri\":\"raw://one\",\"n\":1.0}}");
      var news = listening.await("notifications/resources/updated");
      assertThat(news.string("params", "uri")).isEqualTo("recent+raw://one");
      assertThat(news.text("params", "n")).isEqualTo("1.0");
      client.call("resources/unsubscribe", "{\"uri\":\"recent+raw://one\"}");
      Eventually.isSo("nobody listens", PATIENCE, () -> recent.streams() == before);
    }
  }
}
