package io.portolan.mcp.kit;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.wire.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call under way, as its handler sees it, the same in both eras.
 *
 * <p>In the legacy era a question is a request on the open stream and blocks until it is answered.
 * In the modern one the handler is left, the client gets the question as its answer, and the
 * handler runs again from the start with the answers at hand: so ask first, and have effects after
 * the last question. Do not catch {@code RuntimeException} around a question.
 */
public interface Call {
  /** Reports progress, if the caller asked for it. {@code done} must grow from call to call. */
  void progress(double done, double total, String message);

  /** Sends a log message, if the caller wants that level. */
  void log(McpSchema.LoggingLevel level, String logger, String message);

  /**
   * Asks all questions at once and returns the answers under the same keys.
   *
   * @throws MissingCapabilityException when the client cannot answer one of them
   * @throws InterruptedException when the call is cancelled while it waits
   */
  Map<String, JsonNode> ask(Map<String, Ask> questions) throws InterruptedException;

  /** Whether the client declared that it can answer such a question. */
  boolean canAnswer(Ask question);

  /** Whether the caller is gone or does not want the answer any more. */
  boolean cancelled();

  /**
   * Closes the stream under the caller, who is expected to come back for the rest. Only the legacy
   * era has this (2025-11-25); elsewhere it does nothing.
   */
  void closeStream();

  /** The {@code _meta} of the request. */
  ObjectNode meta();

  /** Asks the user one form. */
  default McpSchema.ElicitResult elicit(String key, Ask form) throws InterruptedException {
    return answer(key, form, McpSchema.ElicitResult.class);
  }

  /** Asks the model for one message. */
  default McpSchema.CreateMessageResult sample(String key, Ask sample) throws InterruptedException {
    return answer(key, sample, McpSchema.CreateMessageResult.class);
  }

  /** Asks for the client's roots. */
  default List<McpSchema.Root> roots(String key) throws InterruptedException {
    return answer(key, new Ask.Roots(), McpSchema.ListRootsResult.class).roots();
  }

  private <T> T answer(String key, Ask question, Class<T> type) throws InterruptedException {
    var answer = ask(Map.of(key, question)).getOrDefault(key, Json.object());
    return Json.MAPPER.treeToValue(answer, type);
  }
}
