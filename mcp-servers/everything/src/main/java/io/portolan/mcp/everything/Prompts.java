package io.portolan.mcp.everything;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Blocks;
import io.portolan.mcp.kit.CompletionSpec;
import io.portolan.mcp.kit.PromptSpec;
import io.portolan.mcp.kit.ToolServer;
import java.util.Arrays;
import java.util.List;

/** The prompts and the completion of their arguments. */
final class Prompts {
  private static final List<String> WORDS =
      List.of("paris", "park", "party", "test", "testing", "text");

  private Prompts() {}

  static void offer(ToolServer server) {
    server.offer(
        prompt(
            "test_simple_prompt",
            "A prompt without arguments",
            (_, _) -> messages(Blocks.text("This is a simple prompt for testing."))),
        prompt(
            "test_prompt_with_arguments",
            "A prompt with two arguments",
            (given, _) ->
                messages(
                    Blocks.text(
                        "Prompt with arguments: arg1='%s', arg2='%s'"
                            .formatted(given.get("arg1"), given.get("arg2")))),
            argument("arg1", "First test argument"),
            argument("arg2", "Second test argument")),
        prompt(
            "test_prompt_with_embedded_resource",
            "A prompt that brings a resource along",
            (given, _) ->
                messages(
                    Blocks.embedded(
                        Blocks.textOf(
                            given.getOrDefault("resourceUri", ""),
                            "text/plain",
                            "Embedded resource content for testing.")),
                    Blocks.text("Please process the embedded resource above.")),
            argument("resourceUri", "URI of the resource to embed")),
        prompt(
            "test_prompt_with_image",
            "A prompt with an image",
            (_, _) ->
                messages(
                    Blocks.image("image/png", Samples.PNG),
                    Blocks.text("Please analyze the image above."))),
        prompt(
            "test_input_required_result_prompt",
            "A prompt that asks the user first",
            (_, call) -> {
              var answer =
                  call.elicit(
                      "user_context",
                      RoundTools.textForm("What context should the prompt use?", "context"));
              return messages(Blocks.text("Context: " + RoundTools.value(answer, "context")));
            }));
    server.offer(
        completion(new McpSchema.PromptReference("test_prompt_with_arguments")),
        completion(new McpSchema.ResourceReference(Documents.TEMPLATE)));
  }

  private static PromptSpec prompt(
      String name,
      String description,
      PromptSpec.PromptHandler handler,
      McpSchema.PromptArgument... arguments) {
    var prompt =
        McpSchema.Prompt.builder(name)
            .description(description)
            .arguments(List.of(arguments))
            .build();
    return new PromptSpec(prompt, handler);
  }

  private static McpSchema.PromptArgument argument(String name, String description) {
    return McpSchema.PromptArgument.builder(name).description(description).required(true).build();
  }

  private static McpSchema.GetPromptResult messages(McpSchema.Content... blocks) {
    return McpSchema.GetPromptResult.builder(Arrays.stream(blocks).map(Blocks::fromUser).toList())
        .build();
  }

  private static CompletionSpec completion(McpSchema.CompleteReference reference) {
    return new CompletionSpec(
        reference,
        request -> {
          var typed = request.argument().value();
          var fitting = WORDS.stream().filter(word -> word.startsWith(typed)).toList();
          return new McpSchema.CompleteResult(
              new McpSchema.CompleteResult.CompleteCompletion(fitting, fitting.size(), false));
        });
  }
}
