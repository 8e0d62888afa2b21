package io.portolan.mcp.kit.serve;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Ask;
import io.portolan.mcp.kit.Blocks;
import io.portolan.mcp.kit.Mirrored;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.PromptSpec;
import io.portolan.mcp.kit.ResourceSpec;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;
import io.portolan.mcp.kit.wire.Json;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A small server for tests, with latches where a test must wait for it. */
final class TestTools {
  record Place(@Mirrored("Region") String region) {}

  record Name(String name) {}

  /** Opens when a call of {@code wait} has started. */
  final CountDownLatch waiting = new CountDownLatch(1);

  /** Opens when a call of {@code wait} was interrupted. */
  final CountDownLatch interrupted = new CountDownLatch(1);

  /** A call of {@code polled} goes on when a test opens it. */
  final CountDownLatch resume = new CountDownLatch(1);

  static final Ask NAME_FORM =
      Ask.form(
          "Your name?",
          "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}");

  ToolServer server() {
    var server = ToolServer.named("test-server", "1.0", "For tests");
    server.offer(
        ToolSpec.raw(
            "echo",
            "Returns its arguments",
            "{\"type\":\"object\"}",
            (arguments, _) -> Outcome.text(Json.write(arguments))),
        ToolSpec.of(
            "greet", "Greets", Name.class, (given, _) -> Outcome.text("Hello, " + given.name())),
        ToolSpec.of(
            "mirrored", "Needs a header", Place.class, (given, _) -> Outcome.text(given.region())),
        ToolSpec.of(
            "steps",
            "Reports progress and logs",
            (_, call) -> {
              call.progress(1, 2, "first");
              call.log(McpSchema.LoggingLevel.WARNING, "test", "half way");
              call.progress(2, 2, "second");
              return Outcome.text("done");
            }),
        ToolSpec.of(
            "ask",
            "Asks for a name",
            Name.class,
            (given, call) -> {
              var answer = call.elicit("name", NAME_FORM);
              return Outcome.text(given.name() + " asked " + answer.content());
            }),
        ToolSpec.of(
            "sample",
            "Asks the model",
            (_, call) -> {
              var answer = call.sample("answer", Ask.sample("Hello", 10));
              return Outcome.content(answer.content());
            }),
        ToolSpec.of(
            "throw",
            "Throws",
            (_, _) -> {
              throw new IllegalStateException("thrown on purpose");
            }),
        ToolSpec.of(
            "wait",
            "Waits until it is interrupted",
            (_, _) -> {
              waiting.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
              return Outcome.text("never");
            }),
        ToolSpec.of(
            "polled",
            "Closes the stream and goes on later",
            (_, call) -> {
              call.closeStream();
              resume.await();
              return Outcome.text("worth coming back");
            }));
    server.offer(
        new ResourceSpec(
            McpSchema.Resource.builder("test://one", "one").mimeType("text/plain").build(),
            (uri, _) ->
                McpSchema.ReadResourceResult.builder(
                        List.of(Blocks.textOf(uri, "text/plain", "one")))
                    .build()));
    server.offer(
        new PromptSpec(
            McpSchema.Prompt.builder("greeting")
                .arguments(List.of(McpSchema.PromptArgument.builder("name").required(true).build()))
                .build(),
            (given, _) ->
                McpSchema.GetPromptResult.builder(
                        List.of(Blocks.fromUser(Blocks.text("Hello, " + given.get("name")))))
                    .build()));
    return server;
  }
}
