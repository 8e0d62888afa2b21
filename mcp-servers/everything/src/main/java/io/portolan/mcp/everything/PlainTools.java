package io.portolan.mcp.everything;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Blocks;
import io.portolan.mcp.kit.Describe;
import io.portolan.mcp.kit.Mirrored;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;
import io.portolan.mcp.kit.wire.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tools about arguments and results: as sent, typed, mirrored into headers, large. */
final class PlainTools {
  private static final int RESULT_CHARS_MAX = 16 << 20;

  private static final String SCHEMA_2020_12 =
      """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
          "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}}
          }
        },
        "properties": {
          "name": {"type": "string"},
          "address": {"$ref": "#/$defs/address"},
          "contactMethod": {"type": "string", "enum": ["phone", "email"]},
          "phone": {"type": "string"},
          "email": {"type": "string"}
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {
          "properties": {"contactMethod": {"const": "phone"}},
          "required": ["contactMethod"]
        },
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": false
      }
      """;

  private PlainTools() {}

  private record Place(
      @Describe("Where the request belongs") @Mirrored("Region") String region,
      @Describe("How urgent it is") @Mirrored("Priority") @Nullable Integer priority) {}

  private record Operands(
      @Describe("The first number") long left, @Describe("The second number") long right) {}

  private record Sum(@Describe("Both numbers together") long sum) {}

  private record Size(@Describe("Length of the result's text in characters") int chars) {}

  static void offer(ToolServer server) {
    server.offer(
        ToolSpec.raw(
            "echo",
            "Returns its arguments as they were sent, as text and as structured content",
            "{\"type\": \"object\", \"additionalProperties\": true}",
            (arguments, _) ->
                new Outcome.Done(
                    McpSchema.CallToolResult.builder(List.of(Blocks.text(Json.write(arguments))))
                        .structuredContent(arguments)
                        .build())),
        ToolSpec.of(
                "add",
                "Adds two integers",
                Operands.class,
                (operands, _) -> {
                  var sum = Math.addExact(operands.left(), operands.right());
                  return new Outcome.Done(
                      McpSchema.CallToolResult.builder(List.of(Blocks.text(Long.toString(sum))))
                          .structuredContent(Map.of("sum", sum))
                          .build());
                })
            .withOutput(Sum.class)
            .withAnnotations(McpSchema.ToolAnnotations.builder().readOnlyHint(true).build()),
        ToolSpec.of(
            "large",
            "Returns a text of the wanted length",
            Size.class,
            (size, _) ->
                size.chars() < 0 || size.chars() > RESULT_CHARS_MAX
                    ? Outcome.error("chars must be 0 to " + RESULT_CHARS_MAX)
                    : Outcome.text("x".repeat(size.chars()))),
        ToolSpec.of(
            "test_mirrored_headers",
            "Takes arguments that modern clients repeat in headers",
            Place.class,
            (place, _) -> Outcome.text("region=" + place.region())),
        ToolSpec.raw(
            "json_schema_2020_12_tool",
            "Tool with JSON Schema 2020-12 features",
            SCHEMA_2020_12,
            (arguments, _) -> Outcome.text(Json.write(arguments))));
  }
}
