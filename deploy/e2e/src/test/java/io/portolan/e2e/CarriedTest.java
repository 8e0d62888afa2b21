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
import io.portolan.e2e.upstream.Received;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.LegacyClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything beside plain calls that a session carries, through the federated endpoint. */
@NeedsDistribution
class CarriedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final String DONE = "{\"content\":[],\"done\":1.0}";

  @TempDir static Path dir;

  private static RawUpstream one;
  private static RawUpstream two;
  private static GatewayProcess gateway;

  private LegacyClient client;

  @BeforeAll
  static void start() throws Exception {
    one = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    two = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    gateway =
        GatewayProcess.up(
            dir, new McpJson().http("one", one.url()).http("two", two.url()).writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, one, two);
  }

  @BeforeEach
  void open() throws Exception {
    one.forgetReceived();
    two.forgetReceived();
    client = LegacyClient.open(gateway.endpoint(), RealServers.ALL_CAPABILITIES);
  }

  @Test
  void progressArrivesWhileTheCallIsUnderWay() throws Exception {
    var seen = new CountDownLatch(1);
    one.script(
        call ->
            new Answer.Live(
                out -> {
                  out.message(progress(call, 1));
                  // the answer comes only once the client has the progress in hand
                  assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
                  out.message(Answer.response(call, DONE));
                }));
    var answer = client.send(call("9", "one", "\"tok\""), _ -> seen.countDown());
    assertThat(new String(answer.result(), UTF_8)).isEqualTo(DONE);
    assertThat(JsonText.of(answer.others().getFirst()).text("params", "progressToken"))
        .isEqualTo("\"tok\"");
  }

  @Test
  void aCancellationReachesTheServerUnderItsOwnId() throws Exception {
    var reached = new CountDownLatch(1);
    var upstreamId = new AtomicReference<>("");
    one.script(
        call ->
            new Answer.Live(
                out -> {
                  upstreamId.set(call.id());
                  reached.countDown();
                  one.await("a cancellation", m -> m.is("notifications/cancelled"), PATIENCE);
                  out.message(Answer.response(call, "{\"content\":[],\"late\":true}"));
                }));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var call = threads.submit(() -> client.send(call("77", "one", "1")));
      assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(
              client
                  .post(
                      """
                      {"jsonrpc":"2.0","method":"notifications/cancelled",\
                      "params":{"requestId":77,"reason":"storm"}}""")
                  .status())
          .isEqualTo(202);
      var cancelled =
          one.await("a cancellation", m -> m.is("notifications/cancelled"), PATIENCE).json();
      assertThat(cancelled.text("params", "requestId")).isEqualTo(upstreamId.get());
      assertThat(cancelled.string("params", "reason")).isEqualTo("storm");
      call.cancel(true);
    }
    assertThat(two.received()).noneMatch(m -> m.is("notifications/cancelled"));
  }

  @Test
  void theLogLevelAndTheLogAreCarried() throws Exception {
    one.script(
        call ->
            call.is("logging/setLevel")
                ? Answer.result(call, "{}")
                : new Answer.Sse(
                    List.of(
                        utf8(
                            """
                            {"jsonrpc":"2.0","method":"notifications/message","params":\
                            {"level":"error","logger":"helm","data":{"n":1.0}}}"""),
                        utf8(Answer.response(call, DONE)))));
    two.script(call -> Answer.result(call, "{}"));
    client.call("logging/setLevel", "{\"level\":\"error\"}").result();
    var answer = client.callTool("one__play", "{}");
    assertThat(answer.others()).hasSize(1);
    assertThat(JsonText.of(answer.others().getFirst()).text("params", "data"))
        .isEqualTo("{\"n\":1.0}");
    assertThat(
            one.await(
                    "the level",
                    m -> m.is("logging/setLevel") && m.json().text("params").contains("error"),
                    PATIENCE)
                .json()
                .string("params", "level"))
        .isEqualTo("error");
  }

  record Reverse(String method, String params, String result) {
    @Override
    public String toString() {
      return method + (params.contains("\"url\"") ? " by URL" : "");
    }
  }

  static Stream<Reverse> reverses() {
    return Stream.of(
        new Reverse(
            "sampling/createMessage",
            """
            {"messages":[{"role":"user","content":{"type":"text","text":"?"}}],\
            "maxTokens":100,"temperature":0.70,"x-own":18446744073709551617}""",
            """
            {"role":"assistant","content":{"type":"text","text":"!"},"model":"m",\
            "x-cost":0.10}"""),
        new Reverse(
            "elicitation/create",
            """
            {"mode":"form","message":"How deep?","requestedSchema":{"type":"object",\
            "properties":{"depth":{"type":"number","default":1.50}}}}""",
            "{\"action\":\"accept\",\"content\":{\"depth\":99999999999999999999.5}}"),
        new Reverse(
            "elicitation/create",
            """
            {"mode":"url","message":"Sign","url":"https://example.org/sign",\
            "elicitationId":"e-1"}""",
            "{\"action\":\"decline\"}"),
        new Reverse("roots/list", "{}", "{\"roots\":[{\"uri\":\"file:///sea\",\"x\":1e2}]}"));
  }

  @ParameterizedTest
  @MethodSource("reverses")
  void aRequestOfTheServerIsAnsweredByTheClientOfThatCall(Reverse reverse) throws Exception {
    one.script(
        call ->
            new Answer.Live(
                out -> {
                  out.message(LegacyClient.message("\"s1\"", reverse.method(), reverse.params()));
                  var reply = one.await("the reply", m -> m.answers("\"s1\""), PATIENCE);
                  out.message(
                      Answer.response(call, "{\"got\":" + reply.json().text("result") + "}"));
                }));
    var asked = new ArrayList<JsonText>();
    var answer =
        client.send(
            call("5", "one", "1"),
            message -> {
              var request = JsonText.of(message);
              asked.add(request);
              reply(client, request.text("id"), "\"result\":" + reverse.result());
            });
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().string("method")).isEqualTo(reverse.method());
    assertThat(asked.getFirst().text("params")).isEqualTo(reverse.params());
    assertThat(answer.json().text("result", "got")).isEqualTo(reverse.result());
  }

  @Test
  void anErrorOfTheClientReachesTheServerThatAsked() throws Exception {
    var error = "{\"code\":-1,\"message\":\"User rejected\",\"data\":{\"n\":1.00}}";
    one.script(
        call ->
            new Answer.Live(
                out -> {
                  out.message(LegacyClient.message("0", "sampling/createMessage", "{}"));
                  var reply = one.await("the reply", m -> m.answers("0"), PATIENCE);
                  out.message(
                      Answer.response(call, "{\"got\":" + reply.json().text("error") + "}"));
                }));
    var answer =
        client.send(
            call("5", "one", "1"),
            message -> reply(client, JsonText.of(message).text("id"), "\"error\":" + error));
    assertThat(answer.json().text("result", "got")).isEqualTo(error);
  }

  @Test
  void twoServersMayAskUnderOneIdAtTheSameTime() throws Exception {
    var both = new CyclicBarrier(2);
    for (var upstream : List.of(one, two)) {
      upstream.script(
          call ->
              new Answer.Live(
                  out -> {
                    out.message(LegacyClient.message("1", "sampling/createMessage", "{}"));
                    var reply = upstream.await("the reply", m -> m.answers("1"), PATIENCE);
                    out.message(
                        Answer.response(call, "{\"got\":" + reply.json().text("result") + "}"));
                  }));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<java.util.concurrent.Future<Answered>>();
      for (var server : List.of("one", "two")) {
        calls.add(
            threads.submit(
                () ->
                    client.send(
                        call("\"" + server + "\"", server, "1"),
                        message -> {
                          meet(both); // neither is answered before both have asked
                          reply(
                              client,
                              JsonText.of(message).text("id"),
                              "\"result\":{\"for\":\"" + server + "\"}");
                        })));
      }
      assertThat(calls.getFirst().get(30, TimeUnit.SECONDS).json().text("result", "got"))
          .isEqualTo("{\"for\":\"one\"}");
      assertThat(calls.getLast().get(30, TimeUnit.SECONDS).json().text("result", "got"))
          .isEqualTo("{\"for\":\"two\"}");
    }
  }

  @Test
  void aClientWithoutTheAbilityIsNeverAsked() throws Exception {
    one.script(
        call ->
            new Answer.Live(
                out -> {
                  out.message(LegacyClient.message("\"s9\"", "sampling/createMessage", "{}"));
                  var reply = one.await("the refusal", m -> m.answers("\"s9\""), PATIENCE);
                  out.message(
                      Answer.response(
                          call, "{\"refused\":" + reply.json().at("error").isPresent() + "}"));
                }));
    var plain = LegacyClient.open(gateway.endpoint(), "{}");
    var answer = plain.callTool("one__play", "{}");
    assertThat(answer.others()).isEmpty();
    assertThat(answer.json().text("result", "refused")).isEqualTo("true");
  }

  @Test
  void aPingOfTheServerIsAnswered() throws Exception {
    one.script(
        call ->
            new Answer.Live(
                out -> {
                  out.message("{\"jsonrpc\":\"2.0\",\"id\":\"pp\",\"method\":\"ping\"}");
                  one.await("the pong", m -> m.answers("\"pp\""), PATIENCE);
                  out.message(Answer.response(call, DONE));
                }));
    var answer =
        client.send(
            call("5", "one", "1"),
            message -> reply(client, JsonText.of(message).text("id"), "\"result\":{}"));
    assertThat(new String(answer.result(), UTF_8)).isEqualTo(DONE);
  }

  @Test
  void anUpdateOfAResourceReachesItsSubscriberUnderItsFederatedName() throws Exception {
    one.script(call -> Answer.result(call, "{}"));
    try (var stream = client.listen()) {
      assertThat(client.call("resources/subscribe", "{\"uri\":\"one+raw://one\"}").result())
          .isEqualTo(utf8("{}"));
      var subscribed = one.await("it", m -> m.is("resources/subscribe"), PATIENCE);
      assertThat(subscribed.json().string("params", "uri")).isEqualTo("raw://one");
      var updated =
          pushedUntilSeen(
              one, stream, "notifications/resources/updated", "{\"uri\":\"raw://one\",\"x\":1.0}");
      assertThat(updated.string("params", "uri")).isEqualTo("one+raw://one");
      assertThat(updated.text("params", "x")).isEqualTo("1.0");
    }
    client.call("resources/unsubscribe", "{\"uri\":\"one+raw://one\"}").result();
    assertThat(
            one.await("it", m -> m.is("resources/unsubscribe"), PATIENCE)
                .json()
                .string("params", "uri"))
        .isEqualTo("raw://one");
  }

  @Test
  void aChangeOfToolsIsAnnouncedAndListed() throws Exception {
    try (var stream = client.listen()) {
      two.lists(
          new Lists(
              List.of(Lists.tool("play"), Lists.tool("anchor")), List.of(), List.of(), List.of()));
      pushedUntilSeen(two, stream, "notifications/tools/list_changed", "{}");
      // Whoever asks because of the announcement must find what it announced.
      assertThat(new String(client.call("tools/list", "{}").result(), UTF_8))
          .contains("two__anchor")
          .contains("one__play");
    }
    two.lists(Lists.small());
    two.push("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
  }

  @Test
  void completionIsAskedOfTheOwnerUnderItsOwnNames() throws Exception {
    var result = "{\"completion\":{\"values\":[\"a\"],\"total\":1,\"hasMore\":false,\"x\":1.0}}";
    one.script(call -> Answer.result(call, result));
    var argument = ",\"argument\":{\"name\":\"x\",\"value\":\"\"},\"x-own\":1e2}";
    var byPrompt =
        client.call(
            "completion/complete",
            "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"one__ask\"}" + argument);
    assertThat(new String(byPrompt.result(), UTF_8)).isEqualTo(result);
    var seen = one.await("it", m -> m.is("completion/complete"), PATIENCE).json();
    assertThat(seen.text("params"))
        .isEqualTo("{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"ask\"}" + argument);
    one.forgetReceived();
    client.call(
        "completion/complete",
        "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"one+raw://t/{x}\"}" + argument);
    assertThat(
            one.await("it", m -> m.is("completion/complete"), PATIENCE)
                .json()
                .string("params", "ref", "uri"))
        .isEqualTo("raw://t/{x}");
  }

  @Test
  void resourcesAndPromptsAreReadUnderTheirOwnNames() throws Exception {
    one.script(
        call ->
            Answer.result(
                call,
                call.is("resources/read")
                    ? "{\"contents\":[{\"uri\":\"raw://t/5\",\"text\":\"\\u00e9\",\"x\":1.0}]}"
                    : "{\"messages\":[],\"x\":1.0}"));
    var read = client.call("resources/read", "{\"uri\":\"one+raw://t/5\",\"x-own\":1.0}");
    assertThat(new String(read.result(), UTF_8))
        .isEqualTo("{\"contents\":[{\"uri\":\"one+raw://t/5\",\"text\":\"\\u00e9\",\"x\":1.0}]}");
    assertThat(one.await("it", m -> m.is("resources/read"), PATIENCE).json().text("params"))
        .isEqualTo("{\"uri\":\"raw://t/5\",\"x-own\":1.0}");
    var prompt = client.call("prompts/get", "{\"name\":\"one__ask\",\"arguments\":{\"a\":\"\"}}");
    assertThat(new String(prompt.result(), UTF_8)).isEqualTo("{\"messages\":[],\"x\":1.0}");
    assertThat(one.await("it", m -> m.is("prompts/get"), PATIENCE).json().text("params"))
        .isEqualTo("{\"name\":\"ask\",\"arguments\":{\"a\":\"\"}}");
  }

  @Test
  void aTaskIsFollowedAtTheServerThatOwnsIt() throws Exception {
    for (var upstream : List.of(one, two)) {
      upstream.script(
          call ->
              Answer.result(
                  call,
                  call.is("tools/call")
                      ? "{\"task\":{\"taskId\":\"t1\",\"status\":\"working\",\"ttl\":60000}}"
                      : "{\"taskId\":\"t1\",\"status\":\"completed\",\"x\":1.0}"));
    }
    var first = startTask("one");
    var second = startTask("two");
    follow(first, one);
    assertThat(two.received()).noneMatch(m -> m.method().startsWith("tasks/"));
    one.forgetReceived();
    follow(second, two);
    assertThat(one.received()).noneMatch(m -> m.method().startsWith("tasks/"));
  }

  private String startTask(String server) throws IOException {
    return client
        .call(
            "tools/call",
            "{\"name\":\"" + server + "__play\",\"arguments\":{},\"task\":{\"ttl\":60000}}")
        .json()
        .text("result", "task", "taskId");
  }

  private void follow(String task, RawUpstream owner) throws Exception {
    for (var method : List.of("tasks/get", "tasks/result", "tasks/cancel")) {
      var answer = client.call(method, "{\"taskId\":" + task + "}");
      assertThat(new String(answer.result(), UTF_8)).as(method).contains("\"x\":1.0");
      var seen = owner.await(method, m -> m.is(method), PATIENCE).json();
      assertThat(seen.text("params", "taskId")).as(method).isEqualTo("\"t1\"");
    }
  }

  @Test
  void clientsWithEqualIdsAndTokensGetOnlyTheirOwn() throws Exception {
    var all = 8;
    var together = new CountDownLatch(all);
    one.script(
        call ->
            new Answer.Live(
                out -> {
                  var mine = call.json().text("params", "arguments", "mine");
                  together.countDown();
                  assertThat(together.await(15, TimeUnit.SECONDS)).isTrue();
                  for (int step = 1; step <= 20; step++) {
                    out.message(
                        progress(call, step)
                            .replace("\"params\":{", "\"params\":{\"of\":" + mine + ","));
                  }
                  out.message(Answer.response(call, "{\"mine\":" + mine + "}"));
                }));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<java.util.concurrent.Future<Answered>>();
      for (int i = 0; i < all; i++) {
        var each = LegacyClient.open(gateway.endpoint());
        var message =
            LegacyClient.message(
                "1",
                "tools/call",
                "{\"name\":\"one__play\",\"arguments\":{\"mine\":"
                    + i
                    + "},\"_meta\":{\"progressToken\":1}}");
        calls.add(threads.submit(() -> each.send(utf8(message))));
      }
      for (int i = 0; i < all; i++) {
        var answer = calls.get(i).get(30, TimeUnit.SECONDS);
        assertThat(answer.json().text("result", "mine")).isEqualTo(String.valueOf(i));
        assertThat(answer.json().text("id")).isEqualTo("1");
        assertThat(answer.others()).hasSize(20);
        for (var message : answer.others()) {
          assertThat(JsonText.of(message).text("params", "of")).isEqualTo(String.valueOf(i));
          assertThat(JsonText.of(message).text("params", "progressToken")).isEqualTo("1");
        }
      }
    }
    var ids = one.received().stream().filter(m -> m.is("tools/call")).toList();
    var sessions = ids.stream().map(m -> m.headers().first("Mcp-Session-Id")).distinct().toList();
    assertThat(sessions).as("no session is shared").hasSize(all);
  }

  @Test
  void aNumberAndAStringAreTwoIds() throws Exception {
    var together = new CountDownLatch(2);
    one.script(
        call ->
            new Answer.Live(
                out -> {
                  together.countDown();
                  assertThat(together.await(15, TimeUnit.SECONDS)).isTrue();
                  out.message(
                      Answer.response(
                          call,
                          "{\"token\":" + call.json().text("params", "arguments", "a") + "}"));
                }));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var number = threads.submit(() -> client.send(withArgument("1")));
      var string = threads.submit(() -> client.send(withArgument("\"1\"")));
      for (var call : List.of(number, string)) {
        var json = call.get(30, TimeUnit.SECONDS).json();
        assertThat(json.text("result", "token")).isEqualTo(json.text("id"));
      }
    }
  }

  private static byte[] withArgument(String id) {
    return utf8(
        LegacyClient.message(
            id, "tools/call", "{\"name\":\"one__play\",\"arguments\":{\"a\":" + id + "}}"));
  }

  private static byte[] call(String id, String server, String progressToken) {
    return utf8(
        LegacyClient.message(
            id,
            "tools/call",
            "{\"name\":\""
                + server
                + "__play\",\"arguments\":{},\"_meta\":{\"progressToken\":"
                + progressToken
                + "}}"));
  }

  private static String progress(Received call, int step) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
        + call.json().text("params", "_meta", "progressToken")
        + ",\"progress\":"
        + step
        + "}}";
  }

  private static void reply(LegacyClient client, String id, String outcome) throws IOException {
    var reply = client.post("{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + outcome + "}");
    assertThat(reply.status()).as(reply.toString()).isEqualTo(202);
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(15, TimeUnit.SECONDS);
    } catch (InterruptedException
        | java.util.concurrent.BrokenBarrierException
        | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("the other server has not asked", e);
    }
  }

  /** Says it again and again: a stream may be opened later than what needs it is answered. */
  private static JsonText pushedUntilSeen(
      RawUpstream upstream, LegacyClient.Listening stream, String method, String params)
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var seen = threads.submit(() -> stream.await(method));
      Eventually.isSo(
          "the client sees " + method,
          PATIENCE,
          () -> {
            upstream.push(
                "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}");
            return seen.isDone();
          });
      return seen.get();
    }
  }
}
