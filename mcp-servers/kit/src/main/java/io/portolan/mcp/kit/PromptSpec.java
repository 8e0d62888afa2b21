package io.portolan.mcp.kit;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A prompt, written once for both eras. */
public record PromptSpec(McpSchema.Prompt prompt, PromptHandler handler) {
  /** Fills the prompt with the caller's arguments; required ones are there. */
  @FunctionalInterface
  public interface PromptHandler {
    McpSchema.GetPromptResult fill(Map<String, String> arguments, Call call) throws Exception;
  }

  public String name() {
    return prompt.name();
  }

  /**
   * Fills the prompt.
   *
   * @throws ProtocolFailure when a required argument is missing
   */
  public McpSchema.GetPromptResult fill(Map<String, String> arguments, Call call) throws Exception {
    for (var argument : Optional.ofNullable(prompt.arguments()).orElse(List.of())) {
      if (Boolean.TRUE.equals(argument.required()) && !arguments.containsKey(argument.name())) {
        throw ProtocolFailure.invalidParams("Missing prompt argument '" + argument.name() + "'");
      }
    }
    return handler.fill(arguments, call);
  }
}
