package io.portolan.mcp.kit.modern;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Ask;
import io.portolan.mcp.kit.Call;
import io.portolan.mcp.kit.MissingCapabilityException;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The call of work that became a task: questions go through the task, notices go nowhere. */
final class TaskCall implements Call {
  private final Task task;
  private final RequestMeta meta;

  TaskCall(Task task, RequestMeta meta) {
    this.task = task;
    this.meta = meta;
  }

  @Override
  public Map<String, JsonNode> ask(Map<String, Ask> questions) throws InterruptedException {
    for (var question : questions.values()) {
      if (!canAnswer(question)) {
        throw new MissingCapabilityException(question.capability());
      }
    }
    return task.ask(questions);
  }

  @Override
  public boolean canAnswer(Ask question) {
    return RoundCall.declares(meta.capabilities(), question);
  }

  @Override
  public boolean cancelled() {
    return Thread.currentThread().isInterrupted();
  }

  @Override
  public void progress(double done, double total, String message) {
    // The request's stream is closed; the client learns of a task by polling it.
  }

  @Override
  public void log(McpSchema.LoggingLevel level, String logger, String message) {
    // As above: a log message belongs to a request's stream.
  }

  @Override
  public void closeStream() {
    // There is none.
  }

  @Override
  public ObjectNode meta() {
    return meta.raw();
  }
}
