package io.portolan.mcp.kit.modern;

import io.portolan.mcp.kit.PromptSpec;
import io.portolan.mcp.kit.ResourceSpec;
import io.portolan.mcp.kit.TemplateSpec;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** What a server says of itself: its capabilities, and its lists in one page each. */
final class Lists {
  /** Short: a list changes when a tool is added under way. */
  private static final int TTL_MILLIS = 1_000;

  private final ToolServer server;

  // Fixed at the start: capabilities must not come and go with the content of a list.
  private final boolean tools;
  private final boolean prompts;
  private final boolean resources;
  private final boolean completions;
  private final Set<ToolSpec.TaskSupport> taskSupport;

  Lists(ToolServer server) {
    var catalogue = server.catalogue();
    this.server = server;
    this.tools = !catalogue.tools().isEmpty();
    this.prompts = !catalogue.prompts().isEmpty();
    this.resources = !catalogue.resources().isEmpty() || !catalogue.templates().isEmpty();
    this.completions = !catalogue.completions().isEmpty();
    this.taskSupport =
        catalogue.tools().stream().map(ToolSpec::tasks).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the capabilities cover a method. */
  boolean offers(String method) {
    return switch (method.substring(0, Math.max(0, method.indexOf('/')))) {
      case "tools" -> tools;
      case "prompts" -> prompts;
      case "resources" -> resources;
      case "completion" -> completions;
      case "tasks" -> tasks();
      default -> true;
    };
  }

  private boolean tasks() {
    return taskSupport.stream().anyMatch(support -> support != ToolSpec.TaskSupport.NONE);
  }

  ObjectNode discover() {
    var result = cacheable();
    result.putArray("supportedVersions").add(RequestMeta.VERSION);
    result.set("capabilities", capabilities());
    if (!server.instructions().isEmpty()) {
      result.put("instructions", server.instructions());
    }
    return result;
  }

  private ObjectNode capabilities() {
    var capabilities = Json.object();
    capabilities.putObject("logging");
    if (tools) {
      capabilities.putObject("tools").put("listChanged", true);
    }
    if (prompts) {
      capabilities.putObject("prompts").put("listChanged", true);
    }
    if (resources) {
      capabilities.putObject("resources").put("listChanged", true).put("subscribe", true);
    }
    if (completions) {
      capabilities.putObject("completions");
    }
    if (tasks()) {
      capabilities.putObject("extensions").putObject(Tasks.EXTENSION);
    }
    return capabilities;
  }

  ObjectNode tools(Message.Request request) {
    return page(request, "tools", server.catalogue().tools().stream().map(ToolSpec::tool).toList());
  }

  ObjectNode prompts(Message.Request request) {
    return page(
        request, "prompts", server.catalogue().prompts().stream().map(PromptSpec::prompt).toList());
  }

  ObjectNode resources(Message.Request request) {
    return page(
        request,
        "resources",
        server.catalogue().resources().stream().map(ResourceSpec::resource).toList());
  }

  ObjectNode templates(Message.Request request) {
    return page(
        request,
        "resourceTemplates",
        server.catalogue().templates().stream().map(TemplateSpec::template).toList());
  }

  private static ObjectNode page(Message.Request request, String member, List<?> items) {
    // Everything fits one page, so no cursor was ever handed out.
    if (request.params().has("cursor")) {
      throw ProtocolFailure.invalidParams("Unknown cursor");
    }
    var result = cacheable();
    result.set(member, Json.tree(items));
    return result;
  }

  private static ObjectNode cacheable() {
    return Json.object().put("ttlMs", TTL_MILLIS).put("cacheScope", "public");
  }
}
