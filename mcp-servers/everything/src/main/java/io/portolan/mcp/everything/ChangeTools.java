package io.portolan.mcp.everything;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Blocks;
import io.portolan.mcp.kit.Describe;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.PromptSpec;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;
import java.util.List;

/** Tools that change what the server offers: each call adds the extra item or takes it away. */
final class ChangeTools {
  private static final String EXTRA_TOOL = "dynamic_tool";
  private static final String EXTRA_PROMPT = "dynamic_prompt";

  private ChangeTools() {}

  private record Target(@Describe("The resource whose content is said to be new") String uri) {}

  static void offer(ToolServer server) {
    var catalogue = server.catalogue();
    server.offer(
        ToolSpec.of(
            "test_trigger_tool_change",
            "Adds a tool, or takes it away again",
            (_, _) -> {
              if (catalogue.tool(EXTRA_TOOL).isPresent()) {
                catalogue.removeTool(EXTRA_TOOL);
                return Outcome.text("Removed " + EXTRA_TOOL);
              }
              catalogue.add(
                  ToolSpec.of(EXTRA_TOOL, "Is not always there", (_, _) -> Outcome.text("Here")));
              return Outcome.text("Added " + EXTRA_TOOL);
            }),
        ToolSpec.of(
            "test_trigger_prompt_change",
            "Adds a prompt, or takes it away again",
            (_, _) -> {
              if (catalogue.prompt(EXTRA_PROMPT).isPresent()) {
                catalogue.removePrompt(EXTRA_PROMPT);
                return Outcome.text("Removed " + EXTRA_PROMPT);
              }
              catalogue.add(extraPrompt());
              return Outcome.text("Added " + EXTRA_PROMPT);
            }),
        ToolSpec.of(
            "test_trigger_resource_update",
            "Says that a resource has new content",
            Target.class,
            (target, _) -> {
              catalogue.updated(target.uri());
              return Outcome.text("Updated " + target.uri());
            }));
  }

  private static PromptSpec extraPrompt() {
    var prompt =
        McpSchema.Prompt.builder(EXTRA_PROMPT)
            .description("Is not always there")
            .arguments(List.of())
            .build();
    return new PromptSpec(
        prompt,
        (_, _) ->
            McpSchema.GetPromptResult.builder(List.of(Blocks.fromUser(Blocks.text("Here"))))
                .build());
  }
}
