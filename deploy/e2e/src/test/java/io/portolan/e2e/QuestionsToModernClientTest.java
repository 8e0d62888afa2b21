package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.EverythingProcess;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.upstream.Received;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.Events;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions of servers with sessions to clients without, over every way to such a server. */
@NeedsDistribution
class QuestionsToModernClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String ELICITATION =
      """
      {"mode":"form","message":"How deep?","requestedSchema":{"type":"object",\
      "properties":{"d":{"type":"number"}}}}""";
  private static final String ACCEPTED =
      "{\"action\":\"accept\",\"content\":{\"d\":18446744073709551617.50}}";

  @TempDir static Path dir;

  private static RawUpstream old;
  private static RawUpstream aside;
  private static EverythingProcess everything;
  private static GatewayProcess gateway;
  private static ModernClient modern;

  @BeforeAll
  static void start() throws Exception {
    old = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    aside = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    everything = EverythingProcess.start("--era", "LEGACY");
    gateway =
        GatewayProcess.up(
            dir,
            new McpJson()
                .http("old", old.url())
                .http("aside", aside.url())
                .http("http", everything.url())
                .stdio("stdio", EverythingProcess.command("--stdio", "--era", "LEGACY"), Map.of())
                .writeTo(dir));
    modern = new ModernClient(gateway.endpoint(), RealServers.ALL_CAPABILITIES);
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, everything, aside, old);
  }

  @BeforeEach
  void forget() {
    old.forgetReceived();
    aside.forgetReceived();
  }

  /** Asks one thing on the call's own stream and answers with what it heard. */
  private static Answer asking(RawUpstream upstream, Received call) {
    return new Answer.Live(
        out -> {
          out.message(LegacyClient.message("\"s1\"", "elicitation/create", ELICITATION));
          var reply = upstream.await("the reply", m -> m.answers("\"s1\""), PATIENCE);
          out.message(
              Answer.response(
                  call, "{\"content\":[],\"got\":" + reply.json().text("result") + "}"));
        });
  }

  private static String onlyKey(Answered asked) {
    assertThat(asked.json().string("result", "resultType")).isEqualTo("input_required");
    var requests = asked.json().at("result", "inputRequests").orElseThrow().members();
    assertThat(requests).hasSize(1);
    return requests.getFirst().name();
  }

  private static String retry(String members, Answered asked, String response) {
    return members
        + ",\"inputResponses\":{\""
        + onlyKey(asked)
        + "\":"
        + response
        + "},\"requestState\":"
        + asked.json().text("result", "requestState");
  }

  @Test
  void aModernClientIsToldWhatALegacyServerAsks() throws Exception {
    old.script(call -> asking(old, call));
    var members = "\"name\":\"old__play\",\"arguments\":{\"a\":1.0}";
    var asked = modern.call("tools/call", members);
    var key = onlyKey(asked);
    assertThat(asked.json().string("result", "inputRequests", key, "method"))
        .isEqualTo("elicitation/create");
    assertThat(asked.json().text("result", "inputRequests", key, "params")).isEqualTo(ELICITATION);

    var answer = modern.call("tools/call", retry(members, asked, ACCEPTED));
    assertThat(answer.json().text("result", "got")).isEqualTo(ACCEPTED);
    assertThat(answer.json().string("result", "resultType")).isEqualTo("complete");
    assertThat(old.received().stream().filter(m -> m.is("tools/call")))
        .as("the call went on where it was")
        .hasSize(1);
    assertThat(old.complaints()).isEmpty();
  }

  @Test
  void aQuestionOnTheSessionsOwnStreamReachesTheCall() throws Exception {
    aside.script(
        call ->
            new Answer.Live(
                out -> {
                  // One stream is the gateway's own, the other that of the call's session.
                  Eventually.isSo("both listen", PATIENCE, () -> aside.streams() == 2);
                  aside.push(LegacyClient.message("\"s1\"", "elicitation/create", ELICITATION));
                  var reply =
                      aside.await(
                          "the reply",
                          m -> m.answers("\"s1\"") && m.json().at("result").isPresent(),
                          PATIENCE);
                  out.message(
                      Answer.response(
                          call, "{\"content\":[],\"got\":" + reply.json().text("result") + "}"));
                }));
    var members = "\"name\":\"aside__play\",\"arguments\":{}";
    var asked = modern.call("tools/call", members);
    var answer = modern.call("tools/call", retry(members, asked, ACCEPTED));
    assertThat(answer.json().text("result", "got")).isEqualTo(ACCEPTED);
  }

  @Test
  void aTamperedStateIsRefused() throws Exception {
    old.script(call -> asking(old, call));
    for (var forged : List.of("forged", "", "UFNUMQAAAAAAAAAA")) {
      var answer =
          modern.call(
              "tools/call",
              "\"name\":\"old__play\",\"arguments\":{},\"inputResponses\":{\"x\":"
                  + ACCEPTED
                  + "},\"requestState\":\""
                  + forged
                  + "\"");
      assertThat(answer.errorCode()).isEqualTo(-32602);
    }
    assertThat(old.received()).noneMatch(m -> m.is("tools/call"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "stdio"})
  void aFormAModelAndRootsAreAskedFor(String server) throws Exception {
    assertThat(
            answered(
                server + "__test_elicitation",
                "{\"message\":\"Who?\"}",
                "{\"action\":\"accept\",\"content\":{\"username\":\"u\",\"email\":\"e@x\"}}"))
        .contains("accept")
        .contains("e@x");
    assertThat(
            answered(
                server + "__test_elicitation",
                "{\"message\":\"Who?\"}",
                "{\"action\":\"decline\"}"))
        .contains("decline");
    assertThat(
            answered(
                server + "__test_sampling",
                "{\"prompt\":\"Hi\"}",
                "{\"role\":\"assistant\",\"model\":\"m\",\"content\":"
                    + "{\"type\":\"text\",\"text\":\"from the model\"}}"))
        .contains("from the model");
    assertThat(
            answered(
                server + "__test_input_required_result_list_roots",
                "{}",
                "{\"roots\":[{\"uri\":\"file:///chart\"}]}"))
        .contains("file:///chart");
  }

  private static String answered(String tool, String arguments, String response)
      throws IOException {
    var members = "\"name\":\"" + tool + "\",\"arguments\":" + arguments;
    var asked = modern.call("tools/call", members);
    var answer = modern.call("tools/call", retry(members, asked, response));
    return answer.json().text("result", "content");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "stdio"})
  void aCallMayTakeSeveralRounds(String server) throws Exception {
    var members =
        "\"name\":\"" + server + "__test_input_required_result_multi_round\",\"arguments\":{}";
    var first = modern.call("tools/call", members);
    var second =
        modern.call(
            "tools/call",
            retry(members, first, "{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}"));
    var answer =
        modern.call(
            "tools/call",
            retry(members, second, "{\"action\":\"accept\",\"content\":{\"color\":\"sea\"}}"));
    assertThat(answer.json().text("result", "content")).contains("Ada likes sea");
  }

  @Test
  void aPromptMayAskToo() throws Exception {
    var members = "\"name\":\"http__test_input_required_result_prompt\"";
    var asked = modern.call("prompts/get", members);
    var answer =
        modern.call(
            "prompts/get",
            retry(members, asked, "{\"action\":\"accept\",\"content\":{\"context\":\"fog\"}}"));
    assertThat(answer.json().text("result", "messages")).contains("fog");
  }

  @Test
  void aClientThatHangsUpAfterItsAnswerCancelsTheCall() throws Exception {
    var over = new CountDownLatch(1);
    old.script(
        call ->
            new Answer.Live(
                out -> {
                  out.message(LegacyClient.message("\"s1\"", "roots/list", "{}"));
                  old.await("the reply", m -> m.answers("\"s1\""), PATIENCE);
                  out.awaitClosedByPeer();
                  over.countDown();
                }));
    var members = "\"name\":\"old__play\",\"arguments\":{}";
    var asked = modern.call("tools/call", members);
    var id = old.last("tools/call").id();
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var message = modern.message("9", "tools/call", retry(members, asked, "{\"roots\":[]}"));
      connection.send(modern.request(utf8(message)));
      old.await("the reply", m -> m.answers("\"s1\""), PATIENCE);
    }
    var cancelled = old.await("the cancellation", m -> m.is("notifications/cancelled"), PATIENCE);
    assertThat(cancelled.json().text("params", "requestId")).isEqualTo(id);
    assertThat(over.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "stdio"})
  void theLogIsForWhoAsksForIt(String server) throws Exception {
    var members = "\"name\":\"" + server + "__test_tool_with_logging\",\"arguments\":{}";
    assertThat(modern.call("tools/call", members).others()).isEmpty();
    var message =
        modern
            .message("3", "tools/call", members)
            .replace("\"_meta\":{", "\"_meta\":{\"io.modelcontextprotocol/logLevel\":\"debug\",");
    var answer = modern.send(utf8(message));
    assertThat(answer.others()).isNotEmpty();
    assertThat(answer.others())
        .allSatisfy(
            other ->
                assertThat(JsonText.of(other).string("method")).isEqualTo("notifications/message"));
  }

  @Test
  void aResourceOfALegacyServerIsFollowed() throws Exception {
    old.script(call -> Answer.result(call, "{}"));
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var listen =
          modern.message(
              "\"L\"",
              "subscriptions/listen",
              "\"notifications\":{\"resourceSubscriptions\":[\"old+raw://one\"]}");
      var events = connection.open(modern.request(utf8(listen))).events();
      var first = JsonText.of(events.nextMessage().orElseThrow().data());
      assertThat(first.text("params", "notifications", "resourceSubscriptions"))
          .isEqualTo("[\"old+raw://one\"]");
      assertThat(old.last("resources/subscribe").json().string("params", "uri"))
          .isEqualTo("raw://one");
      var updated = pushedUntilSeen(events);
      assertThat(updated.string("method")).isEqualTo("notifications/resources/updated");
      assertThat(updated.string("params", "uri")).isEqualTo("old+raw://one");
      assertThat(updated.text("params", "x")).isEqualTo("1.0");
      assertThat(updated.string("params", "_meta", "io.modelcontextprotocol/subscriptionId"))
          .isEqualTo("L");
    }
  }

  /** Again and again: the server may count a stream a moment after its client does. */
  private static JsonText pushedUntilSeen(Events events) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var seen = threads.submit(() -> JsonText.of(events.nextMessage().orElseThrow().data()));
      Eventually.isSo(
          "the client sees an update",
          PATIENCE,
          () -> {
            old.push(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                    + "\"params\":{\"uri\":\"raw://one\",\"x\":1.0}}");
            return seen.isDone();
          });
      return seen.get();
    }
  }
}
