package io.portolan.mcp.kit;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.wire.Json;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A tool, written once for both eras.
 *
 * @param tool what tools/list says of it
 * @param arguments the record its arguments are read into, or {@link JsonNode} to get them as sent
 * @param tasks whether a call may, or must, become a task
 * @param handler the work
 */
public record ToolSpec<A>(
    McpSchema.Tool tool, Class<A> arguments, TaskSupport tasks, ToolHandler<A> handler) {

  /** How a tool stands to the tasks extension. */
  public enum TaskSupport {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  /** For tools without arguments. */
  public record NoArguments() {}

  /** A tool whose input schema is generated from the record it takes. */
  public static <A> ToolSpec<A> of(
      String name, String description, Class<A> arguments, ToolHandler<A> handler) {
    return of(name, description, Schemas.of(arguments), arguments, handler);
  }

  /** A tool without arguments. */
  public static ToolSpec<NoArguments> of(
      String name, String description, ToolHandler<NoArguments> handler) {
    return of(name, description, NoArguments.class, handler);
  }

  /** A tool with a schema of its own and the arguments as they were sent. */
  public static ToolSpec<JsonNode> raw(
      String name, String description, String schema, ToolHandler<JsonNode> handler) {
    return of(name, description, Json.map(schema), JsonNode.class, handler);
  }

  private static <A> ToolSpec<A> of(
      String name,
      String description,
      Map<String, Object> schema,
      Class<A> arguments,
      ToolHandler<A> handler) {
    var tool = McpSchema.Tool.builder(name, schema).description(description).build();
    return new ToolSpec<>(tool, arguments, TaskSupport.NONE, handler);
  }

  /** The same tool with the given stand to tasks. */
  public ToolSpec<A> withTasks(TaskSupport support) {
    return new ToolSpec<>(tool, arguments, support, handler);
  }

  /** The same tool with hints for the client; they are not enforced. */
  public ToolSpec<A> withAnnotations(McpSchema.ToolAnnotations annotations) {
    var annotated =
        McpSchema.Tool.builder(tool.name(), tool.inputSchema())
            .title(tool.title())
            .description(tool.description())
            .outputSchema(tool.outputSchema())
            .annotations(annotations)
            .build();
    return new ToolSpec<>(annotated, arguments, tasks, handler);
  }

  /** The same tool with an output schema generated from a record; results are held to it. */
  public ToolSpec<A> withOutput(Class<?> type) {
    var typed =
        McpSchema.Tool.builder(tool.name(), tool.inputSchema())
            .title(tool.title())
            .description(tool.description())
            .outputSchema(Schemas.of(type))
            .annotations(tool.annotations())
            .build();
    return new ToolSpec<>(typed, arguments, tasks, handler);
  }

  public String name() {
    return tool.name();
  }

  /** Reads the arguments and runs the handler. */
  public Outcome run(JsonNode given, Call call) throws Exception {
    return handler.run(arguments.cast(Json.MAPPER.treeToValue(given, arguments)), call);
  }
}
