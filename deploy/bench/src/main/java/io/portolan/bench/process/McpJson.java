package io.portolan.bench.process;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code mcp.json} that the gateway is started with.
 *
 * @param servers endpoint by server name, in order
 * @param commands command line by name of a child process, in order
 */
public record McpJson(Map<String, URI> servers, Map<String, List<String>> commands) {
  /** Copies the servers. */
  public McpJson {
    servers = Collections.unmodifiableMap(new LinkedHashMap<>(servers));
    commands = Collections.unmodifiableMap(new LinkedHashMap<>(commands));
  }

  /** Servers that are reached over HTTP. */
  public McpJson(Map<String, URI> servers) {
    this(servers, Map.of());
  }

  /** One server. */
  public static McpJson of(String name, URI endpoint) {
    return new McpJson(Map.of(name, endpoint));
  }

  /** The same and one server more. */
  public McpJson and(String name, URI endpoint) {
    var more = new LinkedHashMap<>(servers);
    more.put(name, endpoint);
    return new McpJson(more, commands);
  }

  /** The file's text. */
  public String text() {
    return Stream.concat(
            servers.entrySet().stream()
                .map(
                    server ->
                        "    \"%s\": {\"type\": \"http\", \"url\": \"%s\"}"
                            .formatted(server.getKey(), server.getValue())),
            commands.entrySet().stream().map(McpJson::child))
        .collect(Collectors.joining(",\n", "{\n  \"mcpServers\": {\n", "\n  }\n}\n"));
  }

  private static String child(Map.Entry<String, List<String>> server) {
    var words = server.getValue();
    return "    \"%s\": {\"command\": \"%s\", \"args\": [%s]}"
        .formatted(
            server.getKey(),
            words.getFirst(),
            words.stream()
                .skip(1)
                .map(word -> "\"" + word + "\"")
                .collect(Collectors.joining(", ")));
  }
}
