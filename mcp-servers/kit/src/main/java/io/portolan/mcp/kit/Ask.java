package io.portolan.mcp.kit;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.wire.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** A question to the client: to its user, its model, or about its roots. */
public sealed interface Ask {
  /** A form for the user; the schema is an object with primitive properties. */
  record Form(String message, Map<String, Object> schema) implements Ask {
    public Form {
      schema = Map.copyOf(schema);
    }
  }

  /** A message for the client's model. */
  record Sample(McpSchema.CreateMessageRequest request) implements Ask {}

  /** The client's roots. */
  record Roots() implements Ask {}

  /** A form whose schema is written as JSON. */
  static Ask form(String message, String schema) {
    return new Form(message, Json.map(schema));
  }

  /** One user message of text for the model. */
  static Ask sample(String text, int tokensMax) {
    var message = McpSchema.SamplingMessage.builder(McpSchema.Role.USER, Blocks.text(text)).build();
    return new Sample(McpSchema.CreateMessageRequest.builder(List.of(message), tokensMax).build());
  }

  /** The client capability that answering needs. */
  default String capability() {
    return switch (this) {
      case Form _ -> "elicitation";
      case Sample _ -> "sampling";
      case Roots _ -> "roots";
    };
  }

  /** The method of the request that carries the question. */
  default String method() {
    return switch (this) {
      case Form _ -> McpSchema.METHOD_ELICITATION_CREATE;
      case Sample _ -> McpSchema.METHOD_SAMPLING_CREATE_MESSAGE;
      case Roots _ -> McpSchema.METHOD_ROOTS_LIST;
    };
  }

  /** The params of that request. */
  default ObjectNode params() {
    return switch (this) {
      case Form(var message, var schema) -> {
        var params = Json.object().put("mode", "form").put("message", message);
        params.set("requestedSchema", Json.tree(schema));
        yield params;
      }
      case Sample(var request) -> (ObjectNode) Json.tree(request);
      case Roots _ -> Json.object();
    };
  }
}
