package io.portolan.mcp.everything;

import io.portolan.mcp.kit.Describe;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;
import io.portolan.mcp.kit.ToolSpec.TaskSupport;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tools that may, or must, run as tasks. */
final class TaskTools {
  private static final Duration JOB = Duration.ofMillis(500);

  private TaskTools() {}

  private record Person(@Describe("Who to greet") String name) {}

  private record Computation(
      @Describe("How long it takes") double seconds,
      @Describe("What to call it in the result") @Nullable String label) {}

  private record Deletion(@Describe("What would be deleted") String filename) {}

  static void offer(ToolServer server) {
    server.offer(
        ToolSpec.of(
            "greet",
            "Greets at once",
            Person.class,
            (person, _) -> Outcome.text("Hello, " + person.name() + "!")),
        ToolSpec.of(
                "slow_compute",
                "Takes as many seconds as it is told to",
                Computation.class,
                (computation, _) ->
                    new Outcome.Later(
                        _ -> {
                          var millis = Math.max(0, Math.round(computation.seconds() * 1_000));
                          Thread.sleep(Duration.ofMillis(millis));
                          return Outcome.textResult("Computed " + computation.label());
                        }))
            .withTasks(TaskSupport.OPTIONAL),
        ToolSpec.of(
                "failing_job",
                "Fails as a tool after a while",
                (_, _) ->
                    new Outcome.Later(
                        _ -> {
                          Thread.sleep(JOB);
                          return Outcome.failed("The job failed, as it always does");
                        }))
            .withTasks(TaskSupport.REQUIRED),
        ToolSpec.of(
                "protocol_error_job",
                "Fails as a request after a while",
                (_, _) ->
                    new Outcome.Later(
                        _ -> {
                          Thread.sleep(JOB);
                          throw ProtocolFailure.internal("The job broke the protocol on purpose");
                        }))
            .withTasks(TaskSupport.REQUIRED),
        ToolSpec.of(
                "confirm_delete",
                "Asks before it would delete",
                Deletion.class,
                (deletion, _) ->
                    new Outcome.Later(
                        call -> {
                          var answer =
                              call.elicit(
                                  "confirm",
                                  RoundTools.yesNoForm(
                                      "Delete " + deletion.filename() + "?", "confirm"));
                          return Outcome.textResult(
                              deletion.filename()
                                  + ": confirm="
                                  + RoundTools.value(answer, "confirm"));
                        }))
            .withTasks(TaskSupport.OPTIONAL),
        ToolSpec.of(
                "multi_input",
                "Asks two things at once",
                (_, _) ->
                    new Outcome.Later(
                        call ->
                            Outcome.textResult(
                                Json.write(
                                    call.ask(
                                        Map.of(
                                            "first", RoundTools.textForm("First name?", "name"),
                                            "second",
                                                RoundTools.textForm("Second name?", "name")))))))
            .withTasks(TaskSupport.OPTIONAL),
        ToolSpec.of(
                "test_tool_with_task",
                "Asks within the call, then goes on as a task",
                (_, call) -> {
                  var answer =
                      call.elicit("user_name", RoundTools.textForm("What is your name?", "name"));
                  var name = RoundTools.value(answer, "name");
                  return new Outcome.Later(_ -> Outcome.textResult("Finished for " + name));
                })
            .withTasks(TaskSupport.REQUIRED));
  }
}
