package io.portolan.mcp.kit.modern;

import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Catalogue;
import io.portolan.mcp.kit.MissingCapabilityException;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.ToolSpec;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import tools.jackson.databind.node.ObjectNode;

/** Calls tools: arguments are held to the input schema, results to the output schema. */
final class Tools {
  private final Catalogue catalogue;
  private final JsonSchemaValidator validator;
  private final Tasks tasks;

  Tools(Catalogue catalogue, JsonSchemaValidator validator, Tasks tasks) {
    this.catalogue = catalogue;
    this.validator = validator;
    this.tasks = tasks;
  }

  ToolSpec<?> find(Message.Request request) {
    var name = request.params().path("name");
    if (!name.isString()) {
      throw ProtocolFailure.invalidParams("params.name must be a string");
    }
    return catalogue
        .tool(name.stringValue())
        .orElseThrow(() -> ProtocolFailure.invalidParams("Unknown tool: " + name.stringValue()));
  }

  void checkTaskSupport(ToolSpec<?> tool, RequestMeta meta) {
    if (tool.tasks() == ToolSpec.TaskSupport.REQUIRED && !meta.hasExtension(Tasks.EXTENSION)) {
      throw Tasks.required();
    }
  }

  ObjectNode call(ToolSpec<?> tool, Message.Request request, RequestMeta meta, RoundCall call)
      throws InterruptedException {
    var arguments = request.params().path("arguments");
    var given = arguments.isMissingNode() ? Json.object() : arguments;
    if (!given.isObject()) {
      throw ProtocolFailure.invalidParams("params.arguments must be an object");
    }
    var valid = validator.validate(tool.tool().inputSchema(), Json.map(given));
    if (!valid.valid()) {
      return (ObjectNode) Json.tree(Outcome.failed("Invalid arguments: " + valid.errorMessage()));
    }
    var asTask = tool.tasks() != ToolSpec.TaskSupport.NONE && meta.hasExtension(Tasks.EXTENSION);
    try {
      return switch (tool.run(given, call)) {
        case Outcome.Done(var result) -> checked(tool, result);
        case Outcome.Later(var work) when asTask -> tasks.start(work, meta);
        case Outcome.Later(var work) -> checked(tool, work.run(call));
      };
    } catch (InputRequired | MissingCapabilityException | ProtocolFailure e) {
      throw e;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      return (ObjectNode) Json.tree(Outcome.failed(String.valueOf(e.getMessage())));
    }
  }

  private ObjectNode checked(ToolSpec<?> tool, McpSchema.CallToolResult result) {
    var schema = tool.tool().outputSchema();
    var failed = Boolean.TRUE.equals(result.isError());
    if (schema != null && !failed) {
      var content = result.structuredContent();
      var valid = content != null && validator.validate(schema, content).valid();
      if (!valid) {
        return (ObjectNode)
            Json.tree(Outcome.failed("The tool's result does not fit its output schema"));
      }
    }
    return (ObjectNode) Json.tree(result);
  }
}
