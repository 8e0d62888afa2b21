package io.portolan.mcp.kit;

import io.modelcontextprotocol.spec.McpSchema;

/** Completes the arguments of one prompt or resource template. */
public record CompletionSpec(McpSchema.CompleteReference reference, CompletionHandler handler) {
  /** Suggests values for an argument of which {@code typed} is there already; at most 100. */
  @FunctionalInterface
  public interface CompletionHandler {
    McpSchema.CompleteResult complete(McpSchema.CompleteRequest request);
  }

  /** Whether a request is about what this completes. */
  public boolean answers(McpSchema.CompleteReference asked) {
    return subject(reference).equals(subject(asked));
  }

  private static String subject(McpSchema.CompleteReference reference) {
    return switch (reference) {
      case McpSchema.PromptReference prompt -> "prompt " + prompt.name();
      case McpSchema.ResourceReference resource -> "resource " + resource.uri();
      default -> "unknown " + reference.type();
    };
  }
}
