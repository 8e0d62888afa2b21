package io.portolan.mcp.kit;

import io.modelcontextprotocol.spec.McpSchema;
import java.util.List;

/** What a tool's handler comes to. */
public sealed interface Outcome {
  /** The result is here. */
  record Done(McpSchema.CallToolResult result) implements Outcome {}

  /**
   * The result takes a while. A client with the tasks extension gets a task and polls; for any
   * other client the work is done within the call.
   */
  record Later(Work work) implements Outcome {}

  /** Work that may run as a task; its call asks through the task when it does. */
  @FunctionalInterface
  interface Work {
    McpSchema.CallToolResult run(Call call) throws Exception;
  }

  /** One block of text. */
  static Outcome text(String text) {
    return content(Blocks.text(text));
  }

  /** Blocks of any kind. */
  static Outcome content(McpSchema.Content... blocks) {
    return new Done(McpSchema.CallToolResult.builder(List.of(blocks)).build());
  }

  /** The tool ran and failed. */
  static Outcome error(String text) {
    return new Done(failed(text));
  }

  /** The result of a tool that ran and failed. */
  static McpSchema.CallToolResult failed(String text) {
    return McpSchema.CallToolResult.builder(List.of(Blocks.text(text))).isError(true).build();
  }

  /** A result of one block of text, for {@link Work}. */
  static McpSchema.CallToolResult textResult(String text) {
    return McpSchema.CallToolResult.builder(List.of(Blocks.text(text))).build();
  }
}
