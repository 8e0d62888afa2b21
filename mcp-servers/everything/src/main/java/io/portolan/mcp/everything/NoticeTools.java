package io.portolan.mcp.everything;

import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.portolan.mcp.kit.Describe;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;
import java.time.Duration;

/** Tools that send something before their result, or take their time. */
final class NoticeTools {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final String LOGGER = "everything";

  private NoticeTools() {}

  private record Pace(
      @Describe("How long to work, in milliseconds") int durationMillis,
      @Describe("How many times to report progress, 1 to 1000") int steps) {}

  static void offer(ToolServer server) {
    server.offer(
        ToolSpec.of(
            "test_tool_with_logging",
            "Sends three log messages while it works",
            (_, call) -> {
              call.log(LoggingLevel.INFO, LOGGER, "Tool execution started");
              Thread.sleep(PAUSE);
              call.log(LoggingLevel.INFO, LOGGER, "Tool processing data");
              Thread.sleep(PAUSE);
              call.log(LoggingLevel.INFO, LOGGER, "Tool execution completed");
              return Outcome.text("Tool with logging executed successfully");
            }),
        ToolSpec.of(
            "test_logging_tool",
            "Sends one log message, if it may",
            (_, call) -> {
              call.log(LoggingLevel.WARNING, LOGGER, "Only for those who asked");
              return Outcome.text("Logged, if it was wanted");
            }),
        ToolSpec.of(
            "test_tool_with_progress",
            "Reports progress at 0, 50 and 100",
            (_, call) -> {
              call.progress(0, 100, "Started");
              Thread.sleep(PAUSE);
              call.progress(50, 100, "Half way");
              Thread.sleep(PAUSE);
              call.progress(100, 100, "Done");
              return Outcome.text("Tool with progress executed successfully");
            }),
        ToolSpec.of(
            "slow",
            "Works for a while and reports progress in even steps",
            Pace.class,
            (pace, call) -> {
              var steps = Math.clamp(pace.steps(), 1, 1_000);
              for (var step = 1; step <= steps; step++) {
                Thread.sleep(Math.max(0, pace.durationMillis()) / steps);
                call.progress(step, steps, "Step " + step);
              }
              return Outcome.text("Done in " + steps + " steps");
            }),
        ToolSpec.of(
            "test_reconnection",
            "Closes the stream under the caller, who has to come back for the result",
            (_, call) -> {
              call.closeStream();
              Thread.sleep(PAUSE.multipliedBy(2));
              return Outcome.text("Reconnection test completed successfully");
            }));
  }
}
