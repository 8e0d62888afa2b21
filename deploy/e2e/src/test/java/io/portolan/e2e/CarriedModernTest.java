package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.Events;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.ModernClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything beside plain calls that the stateless era carries, through the federated endpoint. */
@NeedsDistribution
class CarriedModernTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final String ABLE =
      "{\"sampling\":{},\"roots\":{},\"elicitation\":{\"form\":{},\"url\":{}}}";
  private static final String DONE = "{\"content\":[],\"resultType\":\"complete\",\"done\":1.0}";
  private static final String MIRRORING_TOOL =
      """
      {"name":"sail","inputSchema":{"type":"object","properties":{"region":{"type":"string",\
      "x-mcp-header":"Region"},"crew":{"type":"integer"}}}}""";

  @TempDir static Path dir;

  private static RawUpstream one;
  private static RawUpstream two;
  private static GatewayProcess gateway;
  private static ModernClient client;

  @BeforeAll
  static void start() throws Exception {
    one = RawUpstream.start(RawUpstream.Era.MODERN, withTools(Lists.tool("play"), MIRRORING_TOOL));
    two = RawUpstream.start(RawUpstream.Era.MODERN, Lists.small());
    gateway =
        GatewayProcess.up(
            dir, new McpJson().http("one", one.url()).http("two", two.url()).writeTo(dir));
    client = new ModernClient(gateway.endpoint(), ABLE);
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, one, two);
  }

  @BeforeEach
  void forget() {
    one.forgetReceived();
    two.forgetReceived();
  }

  @Test
  void whatTheServerAsksAndTheAnswerPassThroughTwoRequests() throws Exception {
    var state = "\"opaque \\u00e9 +/= state\"";
    var inputRequests =
        """
        {"depth":{"method":"elicitation/create","params":{"mode":"form","message":"?",\
        "requestedSchema":{"type":"object","properties":{"d":{"type":"number"}}}}},\
        "who":{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1,"x":1.0}}}""";
    one.script(
        call ->
            Answer.result(
                call,
                call.json().at("params", "inputResponses").isPresent()
                    ? DONE
                    : "{\"resultType\":\"input_required\",\"inputRequests\":"
                        + inputRequests
                        + ",\"requestState\":"
                        + state
                        + ",\"x\":1.0}"));
    var asked = client.callTool("one__play", "{\"a\":1.0}").json();
    assertThat(asked.string("result", "resultType")).isEqualTo("input_required");
    assertThat(asked.text("result", "inputRequests")).isEqualTo(inputRequests);
    assertThat(asked.text("result", "x")).isEqualTo("1.0");

    var responses =
        """
        {"depth":{"action":"accept","content":{"d":18446744073709551617.50}},\
        "who":{"role":"assistant","content":{"type":"text","text":"me"},"model":"m"}}""";
    one.forgetReceived();
    var answer =
        client.call(
            "tools/call",
            "\"name\":\"one__play\",\"arguments\":{\"a\":1.0},\"inputResponses\":"
                + responses
                + ",\"requestState\":"
                + asked.text("result", "requestState"));
    assertThat(new String(answer.result(), UTF_8)).isEqualTo(DONE);
    var retried = one.await("the retry", m -> m.is("tools/call"), PATIENCE).json();
    assertThat(retried.text("params", "inputResponses")).isEqualTo(responses);
    assertThat(retried.string("params", "requestState")).isEqualTo("opaque é +/= state");
    assertThat(retried.text("params", "arguments")).isEqualTo("{\"a\":1.0}");
  }

  @Test
  void aListenerIsToldWhatItAskedForAndNothingElse() throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var listen =
          client.message(
              "\"L1\"",
              "subscriptions/listen",
              "\"notifications\":{\"toolsListChanged\":true,"
                  + "\"resourceSubscriptions\":[\"one+raw://one\"]}");
      var stream = connection.open(client.request(utf8(listen)));
      assertThat(stream.status()).isEqualTo(200);
      var events = stream.events();
      var first = JsonText.of(events.nextMessage().orElseThrow().data());
      assertThat(first.string("method")).isEqualTo("notifications/subscriptions/acknowledged");
      assertTagged(first);

      var updated =
          pushedUntilSeen(
              events,
              one,
              "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/prompts/list_changed\",\"params\":{}}",
              "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                  + "\"params\":{\"uri\":\"raw://one\",\"x\":1.0}}");
      assertThat(updated.string("method")).isEqualTo("notifications/resources/updated");
      assertThat(updated.string("params", "uri")).isEqualTo("one+raw://one");
      assertThat(updated.text("params", "x")).isEqualTo("1.0");
      assertTagged(updated);
    }
  }

  @Test
  void aChangeOfToolsIsAnnouncedAndListed() throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var listen =
          client.message(
              "7", "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}");
      var events = connection.open(client.request(utf8(listen))).events();
      assertThat(events.nextMessage()).as("the acknowledgement").isPresent();
      two.lists(withTools(Lists.tool("play"), Lists.tool("anchor")));
      pushedUntilSeen(
          events, two, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
      assertThat(new String(client.call("tools/list", "").result(), UTF_8))
          .contains("two__anchor")
          .contains("one__play");
    }
    two.lists(Lists.small());
    two.push("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
  }

  @Test
  void theLogLevelAndTheLogAreCarried() throws Exception {
    one.script(
        call ->
            new Answer.Sse(
                List.of(
                    utf8(
                        """
                        {"jsonrpc":"2.0","method":"notifications/message","params":\
                        {"level":"error","data":{"n":1.0}}}"""),
                    utf8(Answer.response(call, DONE)))));
    var message =
        client
            .message("3", "tools/call", "\"name\":\"one__play\",\"arguments\":{}")
            .replace("\"_meta\":{", "\"_meta\":{\"io.modelcontextprotocol/logLevel\":\"error\",");
    var answer = client.send(utf8(message));
    assertThat(answer.others()).hasSize(1);
    assertThat(JsonText.of(answer.others().getFirst()).text("params", "data"))
        .isEqualTo("{\"n\":1.0}");
    assertThat(
            one.last("tools/call")
                .json()
                .string("params", "_meta", "io.modelcontextprotocol/logLevel"))
        .isEqualTo("error");
  }

  @Test
  void aMirroredArgumentReachesTheServerAsAHeader() throws Exception {
    one.script(call -> Answer.result(call, DONE));
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var good =
          client.request(
              utf8(
                  client.message(
                      "1",
                      "tools/call",
                      "\"name\":\"one__sail\",\"arguments\":{\"region\":\"aegean\"}")));
      var reply = connection.exchange(good.with("Mcp-Param-Region", "aegean"));
      assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
      assertThat(one.last("tools/call").headers().first("Mcp-Param-Region")).contains("aegean");

      one.forgetReceived();
      for (var bad : List.of(good, good.with("Mcp-Param-Region", "baltic"))) {
        var refused = connection.exchange(bad);
        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(JsonText.of(refused.body()).text("error", "code")).isEqualTo("-32020");
      }
      assertThat(one.received()).noneMatch(message -> message.is("tools/call"));
    }
  }

  @Test
  void requestsWithEqualIdsAndTokensGetOnlyTheirOwn() throws Exception {
    var all = 8;
    var together = new CountDownLatch(all);
    one.script(
        call ->
            new Answer.Live(
                out -> {
                  var mine = call.json().text("params", "arguments", "mine");
                  var token = call.json().text("params", "_meta", "progressToken");
                  together.countDown();
                  assertThat(together.await(15, TimeUnit.SECONDS)).isTrue();
                  for (int step = 1; step <= 20; step++) {
                    out.message(
                        """
                        {"jsonrpc":"2.0","method":"notifications/progress","params":\
                        {"progressToken":%s,"progress":%d,"of":%s}}"""
                            .formatted(token, step, mine));
                  }
                  out.message(
                      Answer.response(call, "{\"resultType\":\"complete\",\"mine\":" + mine + "}"));
                }));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<java.util.concurrent.Future<Answered>>();
      for (int i = 0; i < all; i++) {
        var message =
            client
                .message(
                    "1", "tools/call", "\"name\":\"one__play\",\"arguments\":{\"mine\":" + i + "}")
                .replace("\"_meta\":{", "\"_meta\":{\"progressToken\":1,");
        calls.add(threads.submit(() -> client.send(utf8(message))));
      }
      for (int i = 0; i < all; i++) {
        var answer = calls.get(i).get(30, TimeUnit.SECONDS);
        assertThat(answer.json().text("result", "mine")).isEqualTo(String.valueOf(i));
        assertThat(answer.others()).hasSize(20);
        for (var message : answer.others()) {
          assertThat(JsonText.of(message).text("params", "of")).isEqualTo(String.valueOf(i));
          assertThat(JsonText.of(message).text("params", "progressToken")).isEqualTo("1");
        }
      }
    }
  }

  @Test
  void discoveryNamesEveryAbilityOfTheServers() throws Exception {
    var result = JsonText.of(client.call("server/discover", "").result());
    assertThat(result.text("supportedVersions")).contains(ModernClient.VERSION);
    for (var ability : List.of("tools", "prompts", "resources", "completions", "logging")) {
      assertThat(result.at("capabilities", ability)).as(ability).isPresent();
    }
  }

  private static Lists withTools(String... tools) {
    var small = Lists.small();
    return new Lists(List.of(tools), small.resources(), small.templates(), small.prompts());
  }

  /** Reads the stream's next message while the server says these things again and again. */
  private static JsonText pushedUntilSeen(
      Events events, RawUpstream upstream, String... notifications) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var seen = threads.submit(() -> JsonText.of(events.nextMessage().orElseThrow().data()));
      Eventually.isSo(
          "the client sees a message",
          PATIENCE,
          () -> {
            for (var notification : notifications) {
              upstream.push(notification);
            }
            return seen.isDone();
          });
      return seen.get();
    }
  }

  private static void assertTagged(JsonText message) {
    assertThat(message.text("params", "_meta", "io.modelcontextprotocol/subscriptionId"))
        .isEqualTo("\"L1\"");
  }
}
