package io.portolan.e2e;

import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.process.StdioClient;
import io.portolan.e2e.toolchain.Command;
import io.portolan.e2e.toolchain.Node;
import io.portolan.e2e.toolchain.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** The servers that people run, as their users' {@code mcp.json} has them. */
final class RealServers {
  /** What a client of all abilities declares; some servers list more tools to such a client. */
  static final String ALL_CAPABILITIES =
      "{\"roots\":{\"listChanged\":true},\"sampling\":{},\"elicitation\":{\"form\":{},\"url\":{}}}";

  /** How one server is started. */
  record Definition(List<String> command, Map<String, String> environment) {}

  private final Path files;
  private final Path repository;
  private final Map<String, Definition> definitions = new LinkedHashMap<>();

  /** Lays out a folder to serve and a repository to inspect under {@code dir}. */
  RealServers(Path dir) throws IOException, InterruptedException {
    var node = fetched();
    var python = Python.orSkip();
    files = Files.createDirectory(dir.resolve("files")).toRealPath();
    repository = Files.createDirectory(dir.resolve("repository")).toRealPath();
    git("init", "--quiet", "--initial-branch=main");
    Files.writeString(repository.resolve("chart.txt"), "Carta Pisana\n");
    git("add", "chart.txt");
    git(
        "-c",
        "user.name=e2e",
        "-c",
        "user.email=e2e@example.org",
        "commit",
        "--quiet",
        "--message",
        "Draw the coast");
    Files.writeString(repository.resolve("new.txt"), "unknown waters\n");

    define("filesystem", node.server("server-filesystem", files.toString()), Map.of());
    define(
        "memory",
        node.server("server-memory"),
        Map.of("MEMORY_FILE_PATH", dir.resolve("memory.jsonl").toString()));
    define("sequential-thinking", node.server("server-sequential-thinking"), Map.of());
    define("everything", node.server("server-everything", "stdio"), Map.of());
    define("time", python.server("mcp-server-time", "--local-timezone", "UTC"), Map.of());
    define("git", python.server("mcp-server-git", "--repository", repository.toString()), Map.of());
  }

  /** Both toolchains are fetched at the same time; the first that cannot be had skips the test. */
  private static Node fetched() throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var _ = threads.submit(Python::orSkip);
      return Node.orSkip();
    }
  }

  Map<String, Definition> definitions() {
    return Map.copyOf(definitions);
  }

  Path files() {
    return files;
  }

  Path repository() {
    return repository;
  }

  McpJson mcpJson() {
    var json = new McpJson();
    definitions.forEach((name, server) -> json.stdio(name, server.command(), server.environment()));
    return json;
  }

  /** Starts one server with no gateway between. */
  StdioClient direct(String name) throws IOException, InterruptedException {
    var server = java.util.Objects.requireNonNull(definitions.get(name));
    return StdioClient.start(server.command(), server.environment(), ALL_CAPABILITIES);
  }

  private void define(String name, List<String> command, Map<String, String> environment) {
    definitions.put(name, new Definition(command, environment));
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Command.output(repository, Duration.ofSeconds(30), command);
  }
}
