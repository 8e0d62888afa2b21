package io.portolan.e2e;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Root;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The client of the official Java SDK with every ability, and all that it was told and asked. */
final class OfficialClient implements AutoCloseable {
  private final McpSyncClient sdk;
  private final List<ProgressNotification> progress = new CopyOnWriteArrayList<>();
  private final List<LoggingMessageNotification> log = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private OfficialClient(McpClientTransport transport, String name) {
    sdk =
        McpClient.sync(transport)
            .requestTimeout(Duration.ofSeconds(30))
            .initializationTimeout(Duration.ofSeconds(30))
            .clientInfo(McpSchema.Implementation.builder(name, "1").build())
            .capabilities(
                ClientCapabilities.builder().roots(true).sampling().elicitation(true, true).build())
            .roots(Root.builder("file:///sea/" + name).name(name).build())
            .sampling(
                request -> {
                  asked.add("sampling " + request.messages());
                  return CreateMessageResult.builder(
                          McpSchema.Role.ASSISTANT,
                          TextContent.builder("sampled by " + name).build(),
                          "e2e-model")
                      .build();
                })
            .elicitation(
                request -> {
                  asked.add("elicitation " + request.message());
                  return ElicitResult.builder(ElicitResult.Action.ACCEPT)
                      .content(Map.of("username", name, "email", name + "@example.org"))
                      .build();
                })
            .urlElicitation(
                request -> {
                  asked.add("url " + request.url());
                  return ElicitResult.builder(ElicitResult.Action.ACCEPT).build();
                })
            .progressConsumer(progress::add)
            .loggingConsumer(log::add)
            .build();
  }

  static OfficialClient http(URI endpoint, String name) {
    var base = URI.create(endpoint.getScheme() + "://" + endpoint.getAuthority());
    var client =
        new OfficialClient(
            HttpClientStreamableHttpTransport.builder(base.toString())
                .endpoint(endpoint.getPath())
                .build(),
            name);
    client.sdk.initialize();
    return client;
  }

  static OfficialClient stdio(List<String> command, Map<String, String> environment, String name) {
    var server =
        ServerParameters.builder(command.getFirst())
            .args(command.subList(1, command.size()))
            .env(environment)
            .build();
    var client =
        new OfficialClient(new StdioClientTransport(server, McpJsonDefaults.getMapper()), name);
    client.sdk.initialize();
    return client;
  }

  McpSyncClient sdk() {
    return sdk;
  }

  /** What the server reported of its progress, so far. */
  List<ProgressNotification> progress() {
    return List.copyOf(progress);
  }

  /** What the server logged, so far. */
  List<LoggingMessageNotification> log() {
    return List.copyOf(log);
  }

  /** What the server asked this client for, so far. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  List<String> toolNames() {
    return sdk.listTools().tools().stream().map(McpSchema.Tool::name).toList();
  }

  CallToolResult call(String tool, Map<String, Object> arguments) {
    return sdk.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
  }

  CallToolResult call(String tool, Map<String, Object> arguments, Object progressToken) {
    return sdk.callTool(
        CallToolRequest.builder(tool).arguments(arguments).progressToken(progressToken).build());
  }

  /** All text of a result that must not be an error. */
  static String text(CallToolResult result) {
    if (Boolean.TRUE.equals(result.isError())) {
      throw new AssertionError("the tool failed: " + result.content());
    }
    var text = new StringBuilder();
    for (var content : result.content()) {
      if (content instanceof TextContent block) {
        text.append(block.text()).append('\n');
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    sdk.closeGracefully();
  }
}
