package io.portolan.mcp.kit.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Blocks;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SDK's own client against the legacy era. */
class SdkClientTest {
  private final HttpServing serving =
      HttpServing.start(new TestTools().server(), HttpOptions.loopback(0));
  private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final McpSyncClient client =
      McpClient.sync(
              HttpClientStreamableHttpTransport.builder(serving.endpoint().resolve("/").toString())
                  .endpoint("/mcp")
                  .build())
          .capabilities(McpSchema.ClientCapabilities.builder().elicitation().sampling().build())
          .elicitation(
              _ ->
                  McpSchema.ElicitResult.builder(McpSchema.ElicitResult.Action.ACCEPT)
                      .content(Map.of("name", "Bo"))
                      .build())
          .sampling(
              _ ->
                  McpSchema.CreateMessageResult.builder(
                          McpSchema.Role.ASSISTANT, Blocks.text("sampled"), "model")
                      .build())
          .progressConsumer(progress -> heard.add("progress " + progress.message()))
          .loggingConsumer(message -> heard.add("log " + message.data()))
          .build();

  @BeforeEach
  void connect() {
    client.initialize();
  }

  @AfterEach
  void stop() {
    client.close();
    serving.close();
  }

  private String call(String tool, Map<String, Object> arguments) {
    var result =
        client.callTool(McpSchema.CallToolRequest.builder(tool).arguments(arguments).build());
    return ((McpSchema.TextContent) result.content().getFirst()).text();
  }

  @Test
  void itListsAndCallsTools() {
    assertThat(client.listTools().tools())
        .extracting(McpSchema.Tool::name)
        .contains("echo", "greet", "ask");
    assertThat(call("greet", Map.of("name", "Ada"))).isEqualTo("Hello, Ada");
  }

  @Test
  void itAnswersQuestions() {
    assertThat(call("ask", Map.of("name", "A"))).isEqualTo("A asked {name=Bo}");
    assertThat(call("sample", Map.of())).isEqualTo("sampled");
  }

  @Test
  void itHearsProgressAndLogs() throws Exception {
    client.callTool(
        McpSchema.CallToolRequest.builder("steps")
            .arguments(Map.of())
            .meta(Map.of("progressToken", "tok"))
            .build());
    assertThat(
            List.of(
                String.valueOf(heard.poll(30, TimeUnit.SECONDS)),
                String.valueOf(heard.poll(30, TimeUnit.SECONDS)),
                String.valueOf(heard.poll(30, TimeUnit.SECONDS))))
        .containsExactlyInAnyOrder("progress first", "log half way", "progress second");
  }

  @Test
  void itReadsResourcesAndPrompts() {
    var read = client.readResource(McpSchema.ReadResourceRequest.builder("test://one").build());
    assertThat(((McpSchema.TextResourceContents) read.contents().getFirst()).text())
        .isEqualTo("one");
    var prompt =
        client.getPrompt(
            McpSchema.GetPromptRequest.builder("greeting")
                .arguments(Map.of("name", "Ada"))
                .build());
    assertThat(((McpSchema.TextContent) prompt.messages().getFirst().content()).text())
        .isEqualTo("Hello, Ada");
  }
}
