package io.portolan.mcp.kit;

import io.modelcontextprotocol.spec.McpSchema;

/** Short names for the content blocks that results and prompts are made of. */
public final class Blocks {
  private Blocks() {}

  public static McpSchema.TextContent text(String text) {
    return McpSchema.TextContent.builder(text).build();
  }

  /** An image; {@code data} is base64. */
  public static McpSchema.ImageContent image(String mimeType, String data) {
    return McpSchema.ImageContent.builder(data, mimeType).build();
  }

  /** A sound; {@code data} is base64. */
  public static McpSchema.AudioContent audio(String mimeType, String data) {
    return McpSchema.AudioContent.builder(data, mimeType).build();
  }

  /** A resource with its text inside the message. */
  public static McpSchema.EmbeddedResource embedded(McpSchema.ResourceContents contents) {
    return McpSchema.EmbeddedResource.builder(contents).build();
  }

  /** The text of a resource. */
  public static McpSchema.TextResourceContents textOf(String uri, String mimeType, String text) {
    return McpSchema.TextResourceContents.builder(uri, text).mimeType(mimeType).build();
  }

  /** The bytes of a resource; {@code data} is base64. */
  public static McpSchema.BlobResourceContents bytesOf(String uri, String mimeType, String data) {
    return McpSchema.BlobResourceContents.builder(uri, data).mimeType(mimeType).build();
  }

  /** A message of the user, for prompts. */
  public static McpSchema.PromptMessage fromUser(McpSchema.Content block) {
    return McpSchema.PromptMessage.builder(McpSchema.Role.USER, block).build();
  }
}
