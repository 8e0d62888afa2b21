package io.portolan.mcp.kit.legacy;

import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Ask;
import io.portolan.mcp.kit.Call;
import io.portolan.mcp.kit.MissingCapabilityException;
import io.portolan.mcp.kit.wire.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A call in the legacy era: questions are requests to the client, one after the other. */
final class SdkCall implements Call {
  private final McpSyncServerExchange exchange;
  private final Map<String, Object> meta;

  SdkCall(McpSyncServerExchange exchange, Optional<Map<String, Object>> meta) {
    this.exchange = exchange;
    this.meta = meta.orElse(Map.of());
  }

  @Override
  public Map<String, JsonNode> ask(Map<String, Ask> questions) {
    for (var question : questions.values()) {
      if (!canAnswer(question)) {
        throw new MissingCapabilityException(question.capability());
      }
    }
    var answers = new LinkedHashMap<String, JsonNode>();
    questions.forEach((key, question) -> answers.put(key, Json.tree(send(question))));
    return answers;
  }

  private Object send(Ask question) {
    return switch (question) {
      case Ask.Form(var message, var schema) ->
          exchange.createElicitation(McpSchema.ElicitFormRequest.builder(message, schema).build());
      case Ask.Sample(var request) -> exchange.createMessage(request);
      case Ask.Roots _ -> exchange.listRoots();
    };
  }

  @Override
  public boolean canAnswer(Ask question) {
    var declared = exchange.getClientCapabilities();
    if (declared == null) {
      return false;
    }
    return switch (question) {
      case Ask.Form _ -> declared.elicitation() != null;
      case Ask.Sample _ -> declared.sampling() != null;
      case Ask.Roots _ -> declared.roots() != null;
    };
  }

  @Override
  public void progress(double done, double total, String message) {
    Optional.ofNullable(meta.get("progressToken"))
        .ifPresent(
            token ->
                exchange.progressNotification(
                    McpSchema.ProgressNotification.builder(token, done)
                        .total(total)
                        .message(message)
                        .build()));
  }

  @Override
  public void log(McpSchema.LoggingLevel level, String logger, String message) {
    exchange.loggingNotification(
        McpSchema.LoggingMessageNotification.builder(level, message).logger(logger).build());
  }

  @Override
  public boolean cancelled() {
    return running().map(LegacySession.Running::cancelled).orElse(false);
  }

  @Override
  public void closeStream() {
    running().ifPresent(LegacySession.Running::closeStream);
  }

  private Optional<LegacySession.Running> running() {
    return Optional.ofNullable(exchange.transportContext().get(LegacySession.CALL_KEY))
        .map(LegacySession.Running.class::cast);
  }

  @Override
  public ObjectNode meta() {
    return (ObjectNode) Json.tree(meta);
  }
}
