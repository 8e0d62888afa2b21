package io.portolan.e2e.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Builds the {@code mcp.json} of the common IDEs. */
public final class McpJson {
  private final ObjectMapper mapper = new ObjectMapper();
  private final ObjectNode root = mapper.createObjectNode();
  private final ObjectNode servers = root.putObject("mcpServers");

  public McpJson http(String name, URI url) {
    servers.putObject(name).put("url", url.toString());
    return this;
  }

  public McpJson stdio(String name, List<String> command, Map<String, String> environment) {
    var server = servers.putObject(name);
    server.put("command", command.getFirst());
    command.stream().skip(1).forEach(server.putArray("args")::add);
    if (!environment.isEmpty()) {
      environment.forEach(server.putObject("env")::put);
    }
    return this;
  }

  public Path writeTo(Path dir) throws IOException {
    return Files.writeString(dir.resolve("mcp.json"), root.toPrettyString());
  }
}
