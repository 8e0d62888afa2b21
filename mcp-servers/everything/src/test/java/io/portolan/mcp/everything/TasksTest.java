package io.portolan.mcp.everything;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.mcp.kit.modern.ModernServer;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Tools as tasks, from the first question to the result. */
class TasksTest {
  private static final String WITH_TASKS =
      "{\"elicitation\":{},\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}";

  private final ModernServer server = new ModernServer(Everything.server(), Clock.systemUTC());

  @AfterEach
  void stop() {
    server.close();
  }

  private JsonNode send(String method, String params, String capabilities) {
    var request = Json.object().put("jsonrpc", "2.0").put("id", 1).put("method", method);
    var object = (ObjectNode) Json.MAPPER.readTree(params);
    var meta = object.putObject("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
    meta.set("io.modelcontextprotocol/clientCapabilities", Json.MAPPER.readTree(capabilities));
    request.set("params", object);
    var message = Message.parse(Json.write(request).getBytes(StandardCharsets.UTF_8));
    var answer = server.answer((Message.Request) message, _ -> {}).orElseThrow();
    return Json.MAPPER.readTree(answer.envelope());
  }

  private JsonNode result(String method, String params) {
    return send(method, params, WITH_TASKS).path("result");
  }

  private JsonNode await(String taskId, String status) {
    var deadline = Instant.now().plus(Duration.ofSeconds(30));
    while (true) {
      var task = result("tasks/get", "{\"taskId\":\"" + taskId + "\"}");
      if (task.path("status").asString().equals(status) || Instant.now().isAfter(deadline)) {
        assertThat(task.path("status").asString()).isEqualTo(status);
        return task;
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  @Test
  void aTaskAsksInPartsAndCompletes() {
    var created = result("tools/call", "{\"name\":\"multi_input\",\"arguments\":{}}");
    assertThat(created.path("resultType").asString()).isEqualTo("task");
    var id = created.path("taskId").asString();
    assertThat(await(id, "input_required").path("inputRequests").size()).isEqualTo(2);
    answer(id, "first");
    assertThat(await(id, "input_required").path("inputRequests").propertyNames())
        .containsExactly("second");
    answer(id, "second");
    assertThat(await(id, "completed").at("/result/content/0/text").asString()).contains("Bo");
  }

  private void answer(String id, String key) {
    var ack =
        result(
            "tasks/update",
            "{\"taskId\":\"%s\",\"inputResponses\":{\"%s\":{\"action\":\"accept\",\"content\":{\"name\":\"Bo\"}}}}"
                .formatted(id, key));
    assertThat(ack.path("resultType").asString()).isEqualTo("complete");
    assertThat(ack.has("taskId")).isFalse();
  }

  @Test
  void aCancelledTaskStaysCancelled() {
    var created =
        result("tools/call", "{\"name\":\"slow_compute\",\"arguments\":{\"seconds\":600}}");
    var id = created.path("taskId").asString();
    result("tasks/cancel", "{\"taskId\":\"" + id + "\"}");
    assertThat(await(id, "cancelled").has("result")).isFalse();
    result("tasks/cancel", "{\"taskId\":\"" + id + "\"}");
    await(id, "cancelled");
  }

  @Test
  void withoutTheExtensionThereAreNoTasks() {
    var within =
        send(
            "tools/call",
            "{\"name\":\"slow_compute\",\"arguments\":{\"seconds\":0,\"label\":\"x\"}}",
            "{}");
    assertThat(within.at("/result/resultType").asString()).isEqualTo("complete");
    assertThat(within.at("/result/content/0/text").asString()).isEqualTo("Computed x");
    var required = send("tools/call", "{\"name\":\"failing_job\",\"arguments\":{}}", "{}");
    assertThat(required.at("/error/code").asInt()).isEqualTo(-32021);
    assertThat(send("tasks/get", "{\"taskId\":\"x\"}", "{}").at("/error/code").asInt())
        .isEqualTo(-32021);
    assertThat(send("tasks/get", "{\"taskId\":\"x\"}", WITH_TASKS).at("/error/code").asInt())
        .isEqualTo(-32602);
  }
}
