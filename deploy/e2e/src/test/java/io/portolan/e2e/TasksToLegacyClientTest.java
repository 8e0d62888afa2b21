package io.portolan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.EverythingProcess;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.LegacyClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The experimental tasks of 2025-11-25 before a server that has the extension of 2026-07-28. */
@NeedsDistribution
@SuppressWarnings("NullAway.Init")
class TasksToLegacyClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ACCEPTED =
      "\"result\":{\"action\":\"accept\",\"content\":{\"confirm\":true}}";

  @TempDir static Path dir;

  private static EverythingProcess server;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    server = EverythingProcess.start("--era", "MODERN");
    gateway = GatewayProcess.up(dir, new McpJson().http("every", server.url()).writeTo(dir));
    Eventually.isSo(
        "the tools are listed",
        Duration.ofMinutes(2),
        () ->
            new String(
                    LegacyClient.open(gateway.endpoint()).call("tools/list", "{}").result(), UTF_8)
                .contains("every__slow_compute"));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, server);
  }

  private static LegacyClient open(String route) throws Exception {
    return LegacyClient.open(URI.create(gateway.endpoint() + route), RealServers.ALL_CAPABILITIES);
  }

  private static String tool(String route, String name) {
    return route.isEmpty() ? "every__" + name : name;
  }

  private static String created(LegacyClient client, String tool, String arguments)
      throws IOException {
    var answer =
        client.call(
            "tools/call",
            "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + ",\"task\":{\"ttl\":60000}}");
    assertThat(answer.json().text("result", "task", "ttl")).isNotEmpty();
    return answer.json().string("result", "task", "taskId");
  }

  private static String status(LegacyClient client, String task) throws IOException {
    return client.call("tasks/get", about(task)).json().string("result", "status");
  }

  private static String about(String task) {
    return "{\"taskId\":\"" + task + "\"}";
  }

  /** The task's result; each question on the way is answered with this member. */
  private static Answered result(LegacyClient client, String method, String params, String member)
      throws IOException {
    var request = LegacyClient.message(client.nextId(), method, params);
    return client.send(
        request.getBytes(UTF_8),
        asked -> {
          var message = JsonText.of(asked);
          if (message.at("id").isEmpty()) {
            assertThat(message.string("method")).isEqualTo("notifications/tasks/status");
            return;
          }
          client.post("{\"jsonrpc\":\"2.0\",\"id\":" + message.text("id") + "," + member + "}");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/s/every"})
  void aTaskIsBegunWatchedListedAndItsResultFetched(String route) throws Exception {
    var client = open(route);
    assertThat(client.initializeAnswer().at("result", "capabilities", "tasks", "list")).isPresent();
    assertThat(new String(client.call("tools/list", "{}").result(), UTF_8))
        .contains("\"taskSupport\":\"optional\"");
    var task = created(client, tool(route, "slow_compute"), "{\"seconds\":0.3,\"label\":\"it\"}");
    assertThat(status(client, task)).isIn("working", "completed");
    assertThat(new String(client.call("tasks/list", "{}").result(), UTF_8)).contains(task);
    var answer = result(client, "tasks/result", about(task), ACCEPTED);
    assertThat(new String(answer.result(), UTF_8)).contains("Computed it");
    assertThat(
            answer
                .json()
                .string("result", "_meta", "io.modelcontextprotocol/related-task", "taskId"))
        .isEqualTo(task);
    assertThat(status(client, task)).isEqualTo("completed");
    assertThat(open(route).call("tasks/get", about(task)).json().string("result", "status"))
        .as("from another session")
        .isEqualTo("completed");
  }

  @Test
  void whatATaskNeedsIsAskedWithItsResult() throws Exception {
    var client = open("");
    var task = created(client, "every__confirm_delete", "{\"filename\":\"a.txt\"}");
    Eventually.isSo("it asks", PATIENCE, () -> status(client, task).equals("input_required"));
    var answer = result(client, "tasks/result", about(task), ACCEPTED);
    var questions =
        answer.others().stream()
            .map(JsonText::of)
            .filter(message -> message.at("id").isPresent())
            .toList();
    assertThat(questions).hasSize(1);
    var question = questions.getFirst();
    assertThat(question.string("method")).isEqualTo("elicitation/create");
    assertThat(question.string("params", "_meta", "io.modelcontextprotocol/related-task", "taskId"))
        .isEqualTo(task);
    assertThat(new String(answer.result(), UTF_8)).contains("a.txt: confirm=true");
  }

  @Test
  void aCallThatMustBeATaskIsFollowedForAClientThatKnowsNone() throws Exception {
    var client = LegacyClient.open(gateway.endpoint(), RealServers.ALL_CAPABILITIES, "2025-06-18");
    var failed = client.callTool("every__failing_job", "{}");
    assertThat(new String(failed.result(), UTF_8)).contains("as it always does");
    assertThat(client.callTool("every__protocol_error_job", "{}").errorCode()).isEqualTo(-32603);
    var names = new ArrayList<String>();
    var answer =
        result(
            client,
            "tools/call",
            "{\"name\":\"every__test_tool_with_task\",\"arguments\":{}}",
            "\"result\":{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}");
    answer.others().forEach(message -> names.add(JsonText.of(message).string("method")));
    assertThat(names).containsExactly("elicitation/create");
    assertThat(new String(answer.result(), UTF_8)).contains("Finished for Ada");
  }

  @Test
  void aTaskIsCancelledOnceAndStaysSo() throws Exception {
    var client = open("");
    var task = created(client, "every__slow_compute", "{\"seconds\":300,\"label\":\"never\"}");
    var cancelled = client.call("tasks/cancel", about(task));
    assertThat(cancelled.json().string("result", "status")).isEqualTo("cancelled");
    assertThat(status(client, task)).isEqualTo("cancelled");
    assertThat(client.call("tasks/cancel", about(task)).errorCode()).isEqualTo(-32602);
    assertThat(client.call("tasks/result", about(task)).errorCode()).isEqualTo(-31010);
    assertThat(client.call("tasks/get", about("every+no-such-task")).errorCode()).isEqualTo(-32602);
  }
}
