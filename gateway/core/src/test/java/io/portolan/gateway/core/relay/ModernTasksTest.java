package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.parked.CallTasks;
import io.portolan.gateway.core.parked.ParkedCalls;
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
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call to a legacy server goes on as a task of its modern client. */
@Timeout(60)
class ModernTasksTest {
  private static final String TASKS = "\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}";
  private static final String ABLE = "{\"elicitation\":{}," + TASKS + "}";
  private static final String FORM = "{\"message\":\"h\\u00f6w?\",\"requestedSchema\":{\"n\":1.0}}";
  private static final String ACCEPTED = "{\"action\":\"accept\",\"content\":{\"n\":2.50}}";

  /** So soon that it does not matter what else the machine does. */
  private static final CallTasks.Limits AT_ONCE =
      new CallTasks.Limits(2, 64, 1_000, Duration.ofMillis(1), Duration.ofMinutes(15));

  private static final CallTasks.Limits WHEN_ASKED =
      new CallTasks.Limits(2, 64, 1_000, Duration.ofMinutes(5), Duration.ofMinutes(15));

  /** One call as the server sees it. */
  private record Talk(ScriptedServer.Asked asked, ScriptedStream stream) {
    void asks(String id) {
      stream.message(
          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"elicitation/create\",\"params\":%s}"
              .formatted(id, FORM));
    }

    void answers(String result) {
      stream.message(asked.response(result));
    }
  }

  private final ScriptedServer old = new ScriptedServer("old", Era.LEGACY).tools("t");
  private final BlockingQueue<Talk> talks = new LinkedBlockingQueue<>();
  private GatewayFixture gateway;

  ModernTasksTest() throws InterruptedException {
    gateway = GatewayFixture.over();
  }

  @BeforeEach
  void start() throws Exception {
    old.on("tools/call", this::talk);
    with(WHEN_ASKED);
  }

  private void with(CallTasks.Limits tasks) throws InterruptedException {
    gateway.close();
    var normal = Gateway.Settings.DEFAULT;
    gateway =
        GatewayFixture.with(
            new Gateway.Settings(
                normal.json(),
                normal.sessions(),
                normal.keepAlive(),
                ParkedCalls.Limits.DEFAULT,
                tasks,
                10),
            old);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Answer talk(ScriptedServer.Asked asked) {
    var stream = new ScriptedStream();
    asked
        .outbound()
        .cancellation()
        .onCancel(
            () -> stream.put(new MessageStream.Broken(new UpstreamFailure.Cancelled("cancelled"))));
    talks.add(new Talk(asked, stream));
    return new Answer.Streamed(stream);
  }

  private Talk awaitTalk() throws InterruptedException {
    return Objects.requireNonNull(talks.poll(20, TimeUnit.SECONDS), "no call came");
  }

  private static String message(String method, String capabilities, String params) {
    return GatewayFixture.message(
        1,
        method,
        "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":"
            + capabilities
            + "},"
            + params
            + "}");
  }

  private GatewayFixture.Under calling(String capabilities) {
    return gateway.posting(
        GatewayFixture.modern("tools/call", "old__t"),
        message("tools/call", capabilities, "\"name\":\"old__t\""));
  }

  /** The whole reply of a request that has ended. */
  private static String body(GatewayFixture.Under call) throws Exception {
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    return call.reply().isStream() ? call.reply().messages().getLast() : call.reply().body();
  }

  private static String id(String created) {
    assertThat(Wire.string(created, "result", "resultType")).isEqualTo("task");
    return Wire.string(created, "result", "taskId");
  }

  private static FixedHeaders headers(String method, String id) {
    return GatewayFixture.modern(method, id);
  }

  private String about(String method, String id, String more) throws InterruptedException {
    return about(new Route.Federated(), method, id, more);
  }

  private String about(Route route, String method, String id, String more)
      throws InterruptedException {
    var params = "\"taskId\":\"" + id + "\"" + (more.isEmpty() ? "" : "," + more);
    return gateway.post(route, headers(method, id), message(method, ABLE, params)).body();
  }

  private String get(String id) throws InterruptedException {
    return about("tasks/get", id, "");
  }

  private String status(String id) {
    try {
      return Wire.string(get(id), "result", "status");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitStatus(String id, String status) {
    Wait.until("it is " + status, () -> status(id).equals(status));
  }

  @Test
  void aCallWhoseServerAsksGoesOnAsATask() throws Exception {
    var call = calling(ABLE);
    var talk = awaitTalk();
    talk.asks("\"s1\"");
    var created = body(call);
    var id = id(created);
    assertThat(Wire.string(created, "result", "status")).isEqualTo("input_required");
    assertThat(created).doesNotContain("requestState");
    var seen = get(id);
    assertThat(Wire.string(seen, "result", "resultType")).isEqualTo("complete");
    assertThat(Wire.at(seen, "result", "inputRequests"))
        .isEqualTo("{\"q1\":{\"method\":\"elicitation/create\",\"params\":" + FORM + "}}");
    assertThat(Wire.at(seen, "result", "ttlMs")).isEqualTo("900000");
    assertThat(Wire.at(seen, "result", "createdAt"))
        .isEqualTo(Wire.at(created, "result", "createdAt"));

    var told = about("tasks/update", id, "\"inputResponses\":{\"q1\":" + ACCEPTED + ",\"x\":{}}");
    assertThat(Wire.at(told, "result")).isEqualTo("{\"resultType\":\"complete\"}");
    assertThat(old.received())
        .contains("{\"jsonrpc\":\"2.0\",\"id\":\"s1\",\"result\":" + ACCEPTED + "}");
    assertThat(status(id)).isEqualTo("working");
    talk.answers("{\"content\":[{\"type\":\"resource_link\",\"uri\":\"a:b\",\"name\":\"n\"}]}");
    awaitStatus(id, "completed");
    assertThat(Wire.at(get(id), "result", "result"))
        .isEqualTo(
            "{\"content\":[{\"type\":\"resource_link\",\"uri\":\"old+a:b\",\"name\":\"n\"}],"
                + "\"resultType\":\"complete\"}");
    assertThat(get(id)).as("as often as it is asked for").isEqualTo(get(id));
    assertThat(old.received("tools/call")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"elicitation and tasks | true", "tasks | false", "sampling, no tasks | false"})
  void aCallThatTakesLongGoesOnAsATaskIfItsClientTakesThem(String who, boolean asks)
      throws Exception {
    with(AT_ONCE);
    var isTask = !who.contains("no");
    var call = calling(isTask ? (asks ? ABLE : "{" + TASKS + "}") : "{\"sampling\":{}}");
    var talk = awaitTalk();
    if (!isTask) {
      talk.answers("{\"content\":[]}");
      assertThat(Wire.string(body(call), "result", "resultType")).isEqualTo("complete");
      return;
    }
    var id = id(body(call));
    assertThat(status(id)).isEqualTo("working");
    if (asks) {
      talk.asks("1");
      awaitStatus(id, "input_required");
      about("tasks/update", id, "\"inputResponses\":{\"q1\":" + ACCEPTED + "}");
    }
    talk.answers("{\"content\":[],\"isError\":true}");
    awaitStatus(id, "completed");
    assertThat(Wire.at(get(id), "result", "result", "isError")).isEqualTo("true");
  }

  @Test
  void progressThatWasToldDoesNotKeepACallFromBecomingATask() throws Exception {
    with(AT_ONCE);
    var call =
        gateway.posting(
            GatewayFixture.modern("tools/call", "old__t"),
            GatewayFixture.message(
                1,
                "tools/call",
                "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"progressToken\":\"p\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":"
                    + ABLE
                    + "},\"name\":\"old__t\"}"));
    var talk = awaitTalk();
    var id = id(body(call));
    // Beyond all that is kept for a client: none of it holds the server up.
    for (int i = 0; i < 2_000; i++) {
      talk.stream()
          .message(
              GatewayFixture.notification(
                  "notifications/progress",
                  "{\"progressToken\":"
                      + talk.asked().request().id()
                      + ",\"progress\":"
                      + i
                      + "}"));
    }
    talk.answers("{\"content\":[]}");
    awaitStatus(id, "completed");
  }

  @Test
  void aTaskIsForItsPrincipalAtItsEndpointOnly() throws Exception {
    var call = calling(ABLE);
    awaitTalk().asks("1");
    var id = id(body(call));
    var unknown = Wire.at(get("portolan-task-AAAA"), "error");
    assertThat(unknown).contains("-32602");
    assertThat(Wire.at(get(id.substring(0, id.length() - 2) + "AA"), "error")).isEqualTo(unknown);
    assertThat(Wire.at(about(new Route.Single("old"), "tasks/get", id, ""), "error"))
        .isEqualTo(unknown);
    gateway.as(new Principal(TenantId.DEVELOPMENT, "mallory"));
    for (var method : new String[] {"tasks/get", "tasks/cancel"}) {
      assertThat(Wire.at(about(method, id, ""), "error")).isEqualTo(unknown);
    }
    assertThat(Wire.at(about("tasks/update", id, "\"inputResponses\":{\"q1\":{}}"), "error"))
        .isEqualTo(unknown);
    assertThat(old.received("notifications/cancelled")).isEmpty();
    gateway.as(Principal.ANONYMOUS);
    assertThat(status(id)).isEqualTo("input_required");
  }

  @Test
  void aCancelledTaskIsCancelledAtTheServerAndStaysSo() throws Exception {
    var call = calling(ABLE);
    var talk = awaitTalk();
    talk.asks("1");
    var id = id(body(call));
    assertThat(Wire.at(about("tasks/cancel", id, ""), "result"))
        .isEqualTo("{\"resultType\":\"complete\"}");
    assertThat(status(id)).isEqualTo("cancelled");
    Wait.until("it is told", () -> old.received("notifications/cancelled").size() == 1);
    talk.answers("{\"content\":[]}");
    about("tasks/update", id, "\"inputResponses\":{\"q1\":" + ACCEPTED + "}");
    assertThat(status(id)).isEqualTo("cancelled");
  }

  @Test
  void aServerThatFailsFailsTheTask() throws Exception {
    var call = calling(ABLE);
    var talk = awaitTalk();
    talk.asks("1");
    var id = id(body(call));
    talk.stream()
        .message(
            "{\"jsonrpc\":\"2.0\",\"id\":"
                + talk.asked().request().id()
                + ",\"error\":{\"code\":7,\"message\":\"no\",\"data\":1.0}}");
    awaitStatus(id, "failed");
    assertThat(Wire.at(get(id), "result", "error"))
        .isEqualTo("{\"code\":7,\"message\":\"no\",\"data\":1.0}");

    var second = calling(ABLE);
    var broken = awaitTalk();
    broken.asks("2");
    var lost = id(body(second));
    broken.stream().put(new MessageStream.Broken(new UpstreamFailure.BrokenOff("reset", true)));
    awaitStatus(lost, "failed");
    assertThat(Wire.at(get(lost), "result", "error")).contains("-31010").contains("mayHaveRun");
  }

  @Test
  void aTaskWhoseTimeIsOverIsForgottenAndItsCallGivenUp() throws Exception {
    with(new CallTasks.Limits(2, 64, 1_000, Duration.ofMinutes(5), Duration.ofMillis(1)));
    var call = calling(ABLE);
    awaitTalk().asks("1");
    var id = id(body(call));
    Wait.until(
        "it is over",
        () -> {
          try {
            return get(id).contains("-32602");
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    Wait.until("it is told", () -> old.received("notifications/cancelled").size() == 1);
  }

  @Test
  void whereThereIsNoRoomACallIsParkedAndATaskThatIsOverMakesRoom() throws Exception {
    var talks = new Talk[2];
    var ids = new String[2];
    for (int i = 0; i < 2; i++) {
      var call = calling(ABLE);
      talks[i] = awaitTalk();
      talks[i].asks("1");
      ids[i] = id(body(call));
    }
    var third = calling(ABLE);
    awaitTalk().asks("1");
    assertThat(Wire.string(body(third), "result", "resultType")).isEqualTo("input_required");
    talks[0].answers("{\"content\":[]}");
    awaitStatus(ids[0], "completed");
    var fourth = calling(ABLE);
    awaitTalk().asks("1");
    var id = id(body(fourth));
    assertThat(get(ids[0])).contains("-32602");
    assertThat(status(ids[1])).isEqualTo("input_required");
    assertThat(status(id)).isEqualTo("input_required");
  }

  @Test
  void whoDoesNotSpeakOfTasksIsToldSo() throws Exception {
    var call = calling(ABLE);
    awaitTalk().asks("1");
    var id = id(body(call));
    var done =
        gateway.post(
            new Route.Federated(),
            headers("tasks/get", id),
            message("tasks/get", "{}", "\"taskId\":\"" + id + "\""));
    assertThat(done.reply().status()).isEqualTo(400);
    assertThat(Wire.at(done.body(), "error", "code")).isEqualTo("-32021");
    assertThat(done.body()).contains("\"requiredCapabilities\":{" + TASKS + "}");
  }

  @Test
  void theGatewaySaysThatItHasTasksWhereAServerHasNone() throws Exception {
    for (var route : new Route[] {new Route.Federated(), new Route.Single("old")}) {
      var done =
          gateway.post(
              route,
              GatewayFixture.modern("server/discover", ""),
              GatewayFixture.modernMessage("server/discover", "", ""));
      assertThat(Wire.at(done.body(), "result", "capabilities", "extensions"))
          .isEqualTo("{\"io.modelcontextprotocol/tasks\":{}}");
    }
    assertThat(old.received()).noneMatch(text -> text.contains("extensions"));
  }

  // ---- the other way: servers of 2025-11-25 that have tasks of their own

  /** The official example server has such a tool. */
  private void requiresTasks() throws InterruptedException {
    old.list(
        ListKind.TOOLS,
        "{\"name\":\"t\",\"inputSchema\":{},\"execution\":{\"taskSupport\":\"required\"}}");
    old.on(
        "tools/call",
        asked -> {
          assertThat(Wire.at(asked.text(), "params", "task")).isEqualTo("{}");
          return asked.result("{\"task\":{\"taskId\":\"L1\",\"status\":\"working\",\"ttl\":null}}");
        });
    old.on("tasks/result", this::talk);
    with(WHEN_ASKED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"elicitation\":{}}", ABLE})
  void aToolThatCanOnlyBeATaskIsCalledLikeAnyOther(String capabilities) throws Exception {
    requiresTasks();
    var call = calling(capabilities);
    var talk = awaitTalk();
    assertThat(Wire.at(talk.asked().text(), "params")).isEqualTo("{\"taskId\":\"L1\"}");
    talk.answers("{\"content\":[],\"big\":1e400}");
    var answer = body(call);
    assertThat(Wire.at(answer, "id")).isEqualTo("1");
    assertThat(Wire.at(answer, "result", "big")).isEqualTo("1e400");
    assertThat(Wire.string(answer, "result", "resultType")).isEqualTo("complete");
  }

  @Test
  void whatSuchATaskAsksIsAskedAndWhoCancelsCancelsIt() throws Exception {
    requiresTasks();
    old.on("tasks/cancel", asked -> asked.result("{}"));
    var call = calling(ABLE);
    awaitTalk().asks("1");
    var id = id(body(call));
    assertThat(status(id)).isEqualTo("input_required");
    about("tasks/cancel", id, "");
    Wait.until("the server is told", () -> old.received("tasks/cancel").size() == 1);
    assertThat(Wire.at(old.received("tasks/cancel").getFirst(), "params"))
        .isEqualTo("{\"taskId\":\"L1\"}");
    assertThat(old.received("notifications/cancelled")).isEmpty();
    assertThat(status(id)).isEqualTo("cancelled");
  }
}
