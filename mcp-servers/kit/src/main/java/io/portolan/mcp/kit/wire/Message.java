package io.portolan.mcp.kit.wire;

import io.modelcontextprotocol.spec.McpSchema;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One JSON-RPC message as it came in, sorted into what it is. */
public sealed interface Message {
  /** A call that wants an answer; {@code id} is a string or an integer. */
  record Request(JsonNode id, String method, ObjectNode params) implements Message {
    /** The id in the shape the SDK keeps. */
    public Object plainId() {
      return id.isString() ? id.stringValue() : id.longValue();
    }
  }

  /** A call that wants none. */
  record Notification(String method, ObjectNode params) implements Message {}

  /** An answer to a request of ours. */
  record Response(JsonNode id, Optional<JsonNode> result, Optional<JsonNode> error)
      implements Message {
    /** The answer in the shape the SDK keeps. */
    public McpSchema.JSONRPCResponse toSdk() {
      Object plainId = id.isString() ? id.stringValue() : id.longValue();
      return error
          .map(
              e ->
                  McpSchema.JSONRPCResponse.error(
                      plainId,
                      Json.MAPPER.convertValue(e, McpSchema.JSONRPCResponse.JSONRPCError.class)))
          .orElseGet(
              () ->
                  McpSchema.JSONRPCResponse.result(
                      plainId, Json.MAPPER.convertValue(result.orElseThrow(), Object.class)));
    }
  }

  /**
   * Reads exactly one message.
   *
   * @throws ProtocolFailure when the text is no JSON, a batch, or no JSON-RPC 2.0 message
   */
  static Message parse(byte[] text) {
    JsonNode node;
    try {
      node = Json.MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw ProtocolFailure.badRequest(
          ProtocolFailure.PARSE_ERROR, "The body is not valid JSON: " + e.getOriginalMessage());
    }
    if (node.isArray()) {
      throw invalid("A batch was sent; send one message per request");
    }
    if (!(node instanceof ObjectNode object)) {
      throw invalid("A JSON-RPC message is an object");
    }
    if (!"2.0".equals(object.path("jsonrpc").asString(""))) {
      throw invalid("Member jsonrpc must be \"2.0\"");
    }
    return sort(object);
  }

  private static Message sort(ObjectNode object) {
    var id = object.path("id");
    if (!object.has("method")) {
      if (!validId(id) || object.has("result") == object.has("error")) {
        throw invalid("A message has a method, or an id and either result or error");
      }
      return new Response(
          id, Optional.ofNullable(object.get("result")), Optional.ofNullable(object.get("error")));
    }
    if (!object.path("method").isString()) {
      throw invalid("Member method must be a string");
    }
    var method = object.path("method").stringValue();
    var params = object.path("params");
    if (!params.isMissingNode() && !params.isObject()) {
      throw invalid("Member params must be an object");
    }
    var members = params instanceof ObjectNode given ? given : Json.object();
    if (id.isMissingNode()) {
      return new Notification(method, members);
    }
    if (!validId(id)) {
      throw invalid("Member id must be a string or an integer");
    }
    return new Request(id, method, members);
  }

  private static boolean validId(JsonNode id) {
    return id.isString() || (id.isIntegralNumber() && id.canConvertToLong());
  }

  private static ProtocolFailure invalid(String message) {
    return ProtocolFailure.badRequest(ProtocolFailure.INVALID_REQUEST, message);
  }

  /** A success envelope. */
  static ObjectNode result(JsonNode id, JsonNode result) {
    var envelope = Json.object().put("jsonrpc", "2.0");
    envelope.set("id", id);
    envelope.set("result", result);
    return envelope;
  }

  /** An error envelope; an unknown id is left out by passing a null node. */
  static ObjectNode error(JsonNode id, ProtocolFailure failure) {
    var envelope = Json.object().put("jsonrpc", "2.0");
    envelope.set("id", id);
    envelope.set("error", failure.toJson());
    return envelope;
  }

  /** A notification envelope. */
  static ObjectNode notification(String method, ObjectNode params) {
    var envelope = Json.object().put("jsonrpc", "2.0").put("method", method);
    envelope.set("params", params);
    return envelope;
  }
}
