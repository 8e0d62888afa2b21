package io.portolan.mcp.kit;

/**
 * A server: who it is and what it offers. Hand it to {@link io.portolan.mcp.kit.serve.HttpServing}
 * or {@link io.portolan.mcp.kit.serve.StdioServing} to run it.
 *
 * @param name the program's name, as clients see it
 * @param version the program's version
 * @param instructions how a model should use the server; may be empty
 * @param catalogue what is offered; may change under way
 */
public record ToolServer(String name, String version, String instructions, Catalogue catalogue) {
  public ToolServer {
    if (name.isBlank() || version.isBlank()) {
      throw new IllegalArgumentException("name and version must not be blank");
    }
  }

  /** A server that offers nothing yet. */
  public static ToolServer named(String name, String version, String instructions) {
    return new ToolServer(name, version, instructions, new Catalogue());
  }

  public ToolServer offer(ToolSpec<?>... tools) {
    for (var tool : tools) {
      catalogue.add(tool);
    }
    return this;
  }

  public ToolServer offer(PromptSpec... prompts) {
    for (var prompt : prompts) {
      catalogue.add(prompt);
    }
    return this;
  }

  public ToolServer offer(ResourceSpec... resources) {
    for (var resource : resources) {
      catalogue.add(resource);
    }
    return this;
  }

  public ToolServer offer(TemplateSpec... templates) {
    for (var template : templates) {
      catalogue.add(template);
    }
    return this;
  }

  public ToolServer offer(CompletionSpec... completions) {
    for (var completion : completions) {
      catalogue.add(completion);
    }
    return this;
  }
}
