package io.portolan.bench.process;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The {@code mcp.json} that the gateway is started with.
 *
 * @param servers endpoint by server name, in order
 */
public record McpJson(Map<String, URI> servers) {
  /** Copies the servers. */
  public McpJson {
    servers = Collections.unmodifiableMap(new LinkedHashMap<>(servers));
  }

  /** One server. */
  public static McpJson of(String name, URI endpoint) {
    return new McpJson(Map.of(name, endpoint));
  }

  /** The file's text. */
  public String text() {
    return servers.entrySet().stream()
        .map(
            server ->
                "    \"%s\": {\"type\": \"http\", \"url\": \"%s\"}"
                    .formatted(server.getKey(), server.getValue()))
        .collect(Collectors.joining(",\n", "{\n  \"mcpServers\": {\n", "\n  }\n}\n"));
  }
}
