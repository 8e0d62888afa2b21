package io.portolan.mcp.kit.legacy;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Catalogue;
import io.portolan.mcp.kit.ToolServer;
import java.time.Duration;

/** Runs a server on the MCP Java SDK, on top of {@link LegacySessions}, and keeps it up to date. */
public final class SdkServer implements Catalogue.Listener, AutoCloseable {
  /** How long a client may take to answer a question; people are slow. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(10);

  private final ToolServer server;
  private final McpSyncServer sdk;

  public SdkServer(ToolServer server, LegacySessions sessions) {
    var catalogue = server.catalogue();
    this.server = server;
    this.sdk =
        McpServer.sync(sessions)
            .serverInfo(server.name(), server.version())
            .instructions(server.instructions().isEmpty() ? null : server.instructions())
            .capabilities(capabilities(catalogue))
            .requestTimeout(ANSWER_TIMEOUT)
            .immediateExecution(true)
            .tools(catalogue.tools().stream().map(SdkFeatures::tool).toList())
            .prompts(catalogue.prompts().stream().map(SdkFeatures::prompt).toList())
            .resources(catalogue.resources().stream().map(SdkFeatures::resource).toList())
            .resourceTemplates(catalogue.templates().stream().map(SdkFeatures::template).toList())
            .completions(catalogue.completions().stream().map(SdkFeatures::completion).toList())
            .build();
    catalogue.listen(this);
  }

  private static McpSchema.ServerCapabilities capabilities(Catalogue catalogue) {
    var capabilities = McpSchema.ServerCapabilities.builder().logging();
    if (!catalogue.tools().isEmpty()) {
      capabilities.tools(true);
    }
    if (!catalogue.prompts().isEmpty()) {
      capabilities.prompts(true);
    }
    if (!catalogue.resources().isEmpty() || !catalogue.templates().isEmpty()) {
      capabilities.resources(true, true);
    }
    if (!catalogue.completions().isEmpty()) {
      capabilities.completions();
    }
    return capabilities.build();
  }

  @Override
  public void changed(Catalogue.Change change) {
    switch (change) {
      case Catalogue.Change.ToolAdded(var tool) -> sdk.addTool(SdkFeatures.tool(tool));
      case Catalogue.Change.ToolRemoved(var name) -> sdk.removeTool(name);
      case Catalogue.Change.PromptAdded(var prompt) -> sdk.addPrompt(SdkFeatures.prompt(prompt));
      case Catalogue.Change.PromptRemoved(var name) -> sdk.removePrompt(name);
      case Catalogue.Change.ResourceAdded(var resource) ->
          sdk.addResource(SdkFeatures.resource(resource));
      case Catalogue.Change.ResourceRemoved(var uri) -> sdk.removeResource(uri);
      case Catalogue.Change.ResourceUpdated(var uri) ->
          sdk.notifyResourcesUpdated(new McpSchema.ResourcesUpdatedNotification(uri));
    }
  }

  @Override
  public void close() {
    server.catalogue().forget(this);
    sdk.close();
  }
}
