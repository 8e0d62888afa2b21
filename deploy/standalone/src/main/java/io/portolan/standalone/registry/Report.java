package io.portolan.standalone.registry;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.tenancy.access.Risk;
import java.util.List;

/**
 * What the gateway would see of a server. Immutable.
 *
 * @param transport that was found: {@code streamable-http}, {@code sse} or {@code openapi}
 * @param eras the protocol versions it speaks
 * @param tools in the server's order
 * @param others resources, templates and prompts
 * @param warnings what people should know before they trust it
 */
record Report(
    String transport, List<String> eras, List<Tool> tools, Others others, List<String> warnings) {
  /** Most tools that are shown. */
  static final int TOOLS_SHOWN_MAX = 1_000;

  Report {
    eras = List.copyOf(eras);
    tools = List.copyOf(tools);
    warnings = List.copyOf(warnings);
  }

  /**
   * A tool.
   *
   * @param name the server's own
   * @param offeredAs at the federated endpoint
   * @param claimed the risk level by its annotations
   */
  record Tool(String name, String offeredAs, Risk claimed) {}

  /** How many there are of what is no tool. */
  record Others(int resources, int templates, int prompts) {}

  /** Its members. */
  void write(JsonWriter json) {
    json.member("transport", transport);
    json.name("protocolVersions").beginArray();
    eras.forEach(json::value);
    json.endArray().member("toolCount", tools.size());
    json.name("tools").beginArray();
    for (var tool : tools.subList(0, Math.min(tools.size(), TOOLS_SHOWN_MAX))) {
      json.beginObject()
          .member("name", tool.name())
          .member("offeredAs", tool.offeredAs())
          .member("risk", tool.claimed().name())
          .endObject();
    }
    json.endArray()
        .member("resources", others.resources())
        .member("resourceTemplates", others.templates())
        .member("prompts", others.prompts());
    json.name("warnings").beginArray();
    warnings.forEach(json::value);
    json.endArray();
  }
}
