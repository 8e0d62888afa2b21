package io.portolan.mcp.kit.modern;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Call;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Reads resources, fills prompts, completes arguments. */
final class Reading {
  private Reading() {}

  static ObjectNode resource(ToolServer server, Message.Request request, Call call)
      throws Exception {
    var uri = text(request, "uri");
    var reader =
        server
            .catalogue()
            .reader(uri)
            .orElseThrow(
                () ->
                    ProtocolFailure.invalidParams("Resource not found: " + uri)
                        .with(Json.object().put("uri", uri)));
    var result = (ObjectNode) Json.tree(reader.read(uri, call));
    // What a resource holds may depend on who asks; only the server's author could say.
    return result.put("ttlMs", 0).put("cacheScope", "private");
  }

  static ObjectNode prompt(ToolServer server, Message.Request request, Call call) throws Exception {
    var name = text(request, "name");
    var prompt =
        server
            .catalogue()
            .prompt(name)
            .orElseThrow(() -> ProtocolFailure.invalidParams("Unknown prompt: " + name));
    return (ObjectNode) Json.tree(prompt.fill(arguments(request), call));
  }

  private static Map<String, String> arguments(Message.Request request) {
    var given = new LinkedHashMap<String, String>();
    for (var argument : request.params().path("arguments").properties()) {
      if (!argument.getValue().isString()) {
        throw ProtocolFailure.invalidParams(
            "Prompt argument '" + argument.getKey() + "' must be a string");
      }
      given.put(argument.getKey(), argument.getValue().stringValue());
    }
    return given;
  }

  static ObjectNode completion(ToolServer server, Message.Request request) {
    var asked = Json.MAPPER.treeToValue(request.params(), McpSchema.CompleteRequest.class);
    var completion =
        server.catalogue().completions().stream()
            .filter(c -> c.answers(asked.ref()))
            .findFirst()
            .orElseThrow(
                () -> ProtocolFailure.invalidParams("Nothing to complete for " + asked.ref()));
    return (ObjectNode) Json.tree(completion.handler().complete(asked));
  }

  private static String text(Message.Request request, String member) {
    var value = request.params().path(member);
    if (!value.isString()) {
      throw ProtocolFailure.invalidParams("params." + member + " must be a string");
    }
    return value.stringValue();
  }
}
