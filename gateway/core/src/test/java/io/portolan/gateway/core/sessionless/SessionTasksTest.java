package io.portolan.gateway.core.sessionless;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tasks of 2025-11-25 before a modern server with the tasks extension. */
@SuppressWarnings("NullAway.Init")
class SessionTasksTest {
  private static final String DATES = "\"createdAt\":\"c\",\"lastUpdatedAt\":\"u\"";
  private static final String DONE = "\"result\":{\"content\":[],\"big\":1e400}";
  private static final String FORM =
      "\"inputRequests\":{\"k\":{\"method\":\"elicitation/create\",\"params\":{\"x\":1.0}}}";

  private final ScriptedServer server =
      new ScriptedServer("one", Era.MODERN)
          .tools("t")
          .capabilities("{\"tools\":{},\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}");
  private final AtomicReference<String> status = new AtomicReference<>(state("working", ""));
  private GatewayFixture gateway;
  private FixedHeaders session;

  @BeforeEach
  void start() throws Exception {
    server.on(
        "tools/call", asked -> asked.result("{\"resultType\":\"task\"," + status.get() + "}"));
    server.on(
        "tasks/get", asked -> asked.result("{\"resultType\":\"complete\"," + status.get() + "}"));
    server.on("tasks/cancel", asked -> asked.result("{\"resultType\":\"complete\"}"));
    server.on(
        "tasks/update",
        asked -> {
          status.set(state("completed", DONE));
          return asked.result("{\"resultType\":\"complete\"}");
        });
    gateway = GatewayFixture.over(server);
    session = gateway.initialize("{\"elicitation\":{},\"sampling\":{}}");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** The members of a task, without braces. */
  private static String state(String status, String more) {
    return "\"taskId\":\"T1\",\"status\":\"%s\",%s,\"ttlMs\":6e4,\"pollIntervalMs\":1,\"own\":1.0%s"
        .formatted(status, DATES, more.isEmpty() ? "" : "," + more);
  }

  private static String legacy(String status) {
    return ("{\"taskId\":\"one+T1\",\"status\":\"%s\",%s,\"ttl\":6e4,\"pollInterval\":1,"
            + "\"own\":1.0}")
        .formatted(status, DATES);
  }

  private static final String CALL = "{\"name\":\"one__t\",\"arguments\":{}}";
  private static final String AS_TASK = "{\"name\":\"one__t\",\"task\":{\"ttl\":5}}";

  private String ask(String method, String params) throws InterruptedException {
    return gateway.call(session, 3, method, params).body();
  }

  private String create() throws InterruptedException {
    return Wire.string(ask("tools/call", AS_TASK), "result", "task", "taskId");
  }

  private static String about(String taskId) {
    return "{\"taskId\":\"" + taskId + "\"}";
  }

  private GatewayFixture.Under posting(int id, String method, String params) {
    return gateway.posting(session, GatewayFixture.message(id, method, params));
  }

  private void answer(String question, String member) throws InterruptedException {
    var json = "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}".formatted(Wire.at(question, "id"), member);
    assertThat(gateway.post(new Route.Federated(), session, json).reply().status()).isEqualTo(202);
  }

  @Test
  void theClientFindsTheCapabilityAndTheServerTheExtension() throws Exception {
    for (var route : new Route[] {new Route.Federated(), new Route.Single("one")}) {
      var initialized =
          gateway.post(
              route,
              new FixedHeaders(),
              GatewayFixture.message(
                  1,
                  "initialize",
                  "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{}}"));
      assertThat(Wire.at(initialized.body(), "result", "capabilities", "tasks"))
          .isEqualTo("{\"list\":{},\"cancel\":{},\"requests\":{\"tools\":{\"call\":{}}}}");
    }
    create();
    assertThat(
            Wire.at(
                server.received("tools/call").getLast(),
                "params",
                "_meta",
                "io.modelcontextprotocol/clientCapabilities"))
        .isEqualTo(
            "{\"elicitation\":{},\"sampling\":{},"
                + "\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}");
  }

  @Test
  void toolsSayThatTheyMayBeTasksToThoseWhoKnowOfIt() throws Exception {
    assertThat(ask("tools/list", "{}"))
        .contains(
            "{\"name\":\"one__t\",\"inputSchema\":{\"type\":\"object\"},"
                + "\"execution\":{\"taskSupport\":\"optional\"}}");
    assertThat(gateway.modernCall("tools/list", "", "").body()).doesNotContain("execution");
  }

  @Test
  void aTaskIsCreatedWatchedListedAndItsResultFetched() throws Exception {
    var created = ask("tools/call", AS_TASK);
    assertThat(Wire.at(created, "result", "task"))
        .isEqualTo(
            legacy("working").replace("one+T1", Wire.string(created, "result", "task", "taskId")));
    var id = Wire.string(created, "result", "task", "taskId");
    assertThat(Wire.string(ask("tasks/get", about(id)), "result", "status")).isEqualTo("working");
    assertThat(server.received("tasks/get").getLast()).contains("\"taskId\":\"T1\"");
    assertThat(ask("tasks/list", "{}")).contains(id).contains("\"working\"");

    var result = posting(9, "tasks/result", about(id));
    Wait.until("it is watched", () -> server.received("tasks/get").size() > 3);
    status.set(state("completed", DONE));
    assertThat(result.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(result.reply().messages()).as("one change, one answer").hasSize(2);
    var told = result.reply().messages().getFirst();
    assertThat(Wire.string(told, "method")).isEqualTo("notifications/tasks/status");
    assertThat(Wire.at(told, "params")).isEqualTo(legacy("completed").replace("one+T1", id));
    var answer = result.reply().messages().getLast();
    assertThat(Wire.at(answer, "id")).isEqualTo("9");
    assertThat(Wire.at(answer, "result", "big")).isEqualTo("1e400");
    assertThat(
            Wire.string(
                answer, "result", "_meta", "io.modelcontextprotocol/related-task", "taskId"))
        .isEqualTo(id);
    assertThat(ask("tasks/list", "{}")).contains("\"completed\"").doesNotContain("1e400");
  }

  @Test
  void whatATaskAsksIsAskedWithItsResult() throws Exception {
    var id = create();
    status.set(state("input_required", FORM));
    assertThat(Wire.string(ask("tasks/get", about(id)), "result", "status"))
        .isEqualTo("input_required");
    var result = posting(9, "tasks/result", about(id));
    var question = result.reply().awaitMessage("elicitation/create");
    assertThat(Wire.at(question, "params", "x")).isEqualTo("1.0");
    assertThat(
            Wire.string(
                question, "params", "_meta", "io.modelcontextprotocol/related-task", "taskId"))
        .isEqualTo(id);
    answer(question, "\"result\":{\"action\":\"accept\",\"n\":1.50}");
    assertThat(result.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(server.received("tasks/update"))
        .singleElement()
        .satisfies(
            update ->
                assertThat(Wire.at(update, "params", "inputResponses"))
                    .isEqualTo("{\"k\":{\"action\":\"accept\",\"n\":1.50}}"));
    assertThat(result.reply().messages())
        .as("asked once, told what became of the task, and answered")
        .hasSize(3);
  }

  @Test
  void aCallThatBecomesATaskUnaskedIsFollowedToItsEnd() throws Exception {
    status.set(state("input_required", FORM));
    var call = posting(9, "tools/call", CALL);
    var question = call.reply().awaitMessage("elicitation/create");
    assertThat(question).doesNotContain("related-task");
    answer(question, "\"result\":{\"action\":\"decline\"}");
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(Wire.at(call.reply().messages().getLast(), "result"))
        .isEqualTo("{\"content\":[],\"big\":1e400}");
    assertThat(ask("tasks/list", "{}")).contains("\"tasks\":[]");
  }

  @Test
  void aCallThatIsCancelledTakesTheTaskWithItThatNobodyKnows() throws Exception {
    var call = posting(9, "tools/call", CALL);
    Wait.until("it is followed", () -> !server.received("tasks/get").isEmpty());
    gateway.post(
        new Route.Federated(),
        session,
        GatewayFixture.notification("notifications/cancelled", "{\"requestId\":9}"));
    assertThat(call.await().outcome()).isEqualTo(Outcome.CANCELLED);
    Wait.until("the server is told", () -> server.received("tasks/cancel").size() == 1);
  }

  @Test
  void aTaskThatFailedGivesTheErrorOfTheCall() throws Exception {
    var id = create();
    var error = "{\"code\":-32603,\"message\":\"broke\",\"data\":1.0}";
    status.set(state("failed", "\"error\":" + error));
    var result = posting(9, "tasks/result", about(id));
    assertThat(result.await().outcome()).isEqualTo(Outcome.RPC_ERROR);
    assertThat(Wire.at(result.reply().messages().getLast(), "error")).isEqualTo(error);
  }

  @Test
  void aCancelledTaskStaysCancelled() throws Exception {
    var id = create();
    assertThat(Wire.string(ask("tasks/cancel", about(id)), "result", "status"))
        .isEqualTo("cancelled");
    status.set(state("completed", DONE));
    assertThat(Wire.string(ask("tasks/get", about(id)), "result", "status")).isEqualTo("cancelled");
    assertThat(Wire.at(ask("tasks/cancel", about(id)), "error", "code")).isEqualTo("-32602");
    assertThat(posting(9, "tasks/result", about(id)).await().outcome())
        .isEqualTo(Outcome.RPC_ERROR);
    assertThat(server.received("tasks/cancel")).hasSize(1);
  }

  @Test
  void aCallThatWasAnsweredAtOnceIsATaskThatIsOver() throws Exception {
    server.on("tools/call", asked -> asked.result("{\"content\":[],\"big\":1e400}"));
    var created = ask("tools/call", AS_TASK);
    assertThat(Wire.string(created, "result", "task", "status")).isEqualTo("completed");
    var id = Wire.string(created, "result", "task", "taskId");
    assertThat(ask("tasks/get", about(id))).contains("\"completed\"");
    var result = ask("tasks/result", about(id));
    assertThat(Wire.at(result, "result", "big")).isEqualTo("1e400");
    assertThat(result).contains("related-task");
    assertThat(server.received("tasks/get")).isEmpty();
  }

  @Test
  void aTaskBelongsToItsPrincipalInWhateverSession() throws Exception {
    var id = create();
    session = gateway.initialize("{}");
    assertThat(ask("tasks/get", about(id))).contains("\"working\"");
    gateway.as(new Principal(TenantId.DEVELOPMENT, "mallory"));
    session = gateway.initialize("{}");
    for (var method : new String[] {"tasks/get", "tasks/result", "tasks/cancel"}) {
      assertThat(Wire.at(ask(method, about(id)), "error", "code")).isEqualTo("-32602");
    }
    assertThat(ask("tasks/list", "{}")).contains("\"tasks\":[]");
    assertThat(server.received("tasks/get")).hasSize(1);
  }

  @Test
  void aClientOfAnOlderVersionHasNoTasks() throws Exception {
    var initialize =
        GatewayFixture.message(
            0,
            "initialize",
            "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{}}");
    var id =
        gateway
            .post(new Route.Federated(), new FixedHeaders(), initialize)
            .reply()
            .header("Mcp-Session-Id");
    session = FixedHeaders.of(java.util.Map.of("Mcp-Session-Id", id));
    status.set(state("completed", DONE));
    var call = posting(9, "tools/call", AS_TASK);
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(Wire.at(call.reply().messages().getLast(), "result", "big")).isEqualTo("1e400");
  }

  @Test
  void aTaskThatCannotBeLookedAtIsAnErrorInTheEnd() throws Exception {
    var id = create();
    server.on("tasks/get", asked -> new Answer.Accepted());
    assertThat(Wire.at(ask("tasks/get", about(id)), "error", "code")).isEqualTo("-31010");
    assertThat(posting(9, "tasks/result", about(id)).await().outcome())
        .isEqualTo(Outcome.UPSTREAM_BROKEN);
  }
}
