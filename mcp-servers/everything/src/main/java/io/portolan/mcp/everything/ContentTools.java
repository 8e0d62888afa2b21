package io.portolan.mcp.everything;

import io.portolan.mcp.kit.Blocks;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;

/** One tool for each kind of content. */
final class ContentTools {
  private ContentTools() {}

  static void offer(ToolServer server) {
    server.offer(
        ToolSpec.of(
            "test_simple_text",
            "Returns one block of text",
            (_, _) -> Outcome.text("This is a simple text response for testing.")),
        ToolSpec.of(
            "test_image_content",
            "Returns an image",
            (_, _) -> Outcome.content(Blocks.image("image/png", Samples.PNG))),
        ToolSpec.of(
            "test_audio_content",
            "Returns a sound",
            (_, _) -> Outcome.content(Blocks.audio("audio/wav", Samples.WAV))),
        ToolSpec.of(
            "test_embedded_resource",
            "Returns a resource with its text",
            (_, _) ->
                Outcome.content(
                    Blocks.embedded(
                        Blocks.textOf(
                            "test://embedded-resource",
                            "text/plain",
                            "This is an embedded resource content.")))),
        ToolSpec.of(
            "test_multiple_content_types",
            "Returns text, an image and a resource",
            (_, _) ->
                Outcome.content(
                    Blocks.text("Multiple content types test:"),
                    Blocks.image("image/png", Samples.PNG),
                    Blocks.embedded(
                        Blocks.textOf(
                            "test://mixed-content-resource",
                            "application/json",
                            "{\"test\":\"data\",\"value\":123}")))),
        ToolSpec.of(
            "test_error_handling",
            "Always fails, as a tool",
            (_, _) -> Outcome.error("This tool intentionally returns an error for testing")));
  }
}
