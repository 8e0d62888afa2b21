package io.portolan.mcp.everything;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Blocks;
import io.portolan.mcp.kit.ResourceSpec;
import io.portolan.mcp.kit.TemplateSpec;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.wire.Json;
import java.util.List;

/** The resources and the one template. */
final class Documents {
  static final String TEMPLATE = "test://template/{id}/data";

  private Documents() {}

  static void offer(ToolServer server) {
    server.offer(
        text(
            "test://static-text",
            "static-text",
            "This is the content of the static text resource."),
        binary(),
        text("test://watched-resource", "watched-resource", "Watched resource content."),
        text("test://example-resource", "example-resource", "Example resource content."));
    server.offer(template());
  }

  private static ResourceSpec text(String uri, String name, String content) {
    var resource =
        McpSchema.Resource.builder(uri, name)
            .description("A text that never changes")
            .mimeType("text/plain")
            .build();
    return new ResourceSpec(
        resource, (asked, _) -> result(Blocks.textOf(asked, "text/plain", content)));
  }

  private static ResourceSpec binary() {
    var resource =
        McpSchema.Resource.builder("test://static-binary", "static-binary")
            .description("One red pixel")
            .mimeType("image/png")
            .build();
    return new ResourceSpec(
        resource, (asked, _) -> result(Blocks.bytesOf(asked, "image/png", Samples.PNG)));
  }

  private static TemplateSpec template() {
    var template =
        McpSchema.ResourceTemplate.builder(TEMPLATE, "template-data")
            .description("Data for any id")
            .mimeType("application/json")
            .build();
    return new TemplateSpec(
        template,
        (uri, _) -> {
          var id = uri.substring("test://template/".length(), uri.length() - "/data".length());
          var data =
              Json.object()
                  .put("id", id)
                  .put("templateTest", true)
                  .put("data", "Data for ID: " + id);
          return result(Blocks.textOf(uri, "application/json", Json.write(data)));
        });
  }

  private static McpSchema.ReadResourceResult result(McpSchema.ResourceContents contents) {
    return McpSchema.ReadResourceResult.builder(List.of(contents)).build();
  }
}
