package io.portolan.mcp.kit;

import io.modelcontextprotocol.spec.McpSchema;

/** A resource with a fixed URI, written once for both eras. */
public record ResourceSpec(McpSchema.Resource resource, ReadHandler handler) {
  /** Reads a resource; {@code uri} is the one that was asked for. */
  @FunctionalInterface
  public interface ReadHandler {
    McpSchema.ReadResourceResult read(String uri, Call call) throws Exception;
  }

  public String uri() {
    return resource.uri();
  }
}
