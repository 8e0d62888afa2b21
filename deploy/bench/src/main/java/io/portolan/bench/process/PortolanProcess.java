package io.portolan.bench.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The gateway, started as a person would: {@code ./portolan up}.
 *
 * <p>Reads nothing but what it prints. {@link #close()} stops it with SIGTERM.
 */
public final class PortolanProcess implements AutoCloseable {
  private static final Pattern ENDPOINT = Pattern.compile("endpoint\\s+(http://\\S+/mcp)\\b");
  private static final Pattern READY = Pattern.compile("(?m)^Ready\\b.*$");
  private static final Duration ENDPOINT_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);

  private final Child child;
  private final URI endpoint;
  private final Path data;
  private final long startedNanos;

  /**
   * What a gateway is started with.
   *
   * @param yaml its {@code portolan.yaml}
   */
  public record Setup(McpJson servers, String yaml) {
    /** Nothing but these servers. */
    public static Setup of(McpJson servers) {
      return new Setup(servers, "access-log: stdout\n");
    }
  }

  private PortolanProcess(Child child, URI endpoint, Path data, long startedNanos) {
    this.child = child;
    this.data = data;
    this.endpoint = endpoint;
    this.startedNanos = startedNanos;
  }

  /** The launcher: {@code ./portolan} of the checkout this program was built in. */
  public static Optional<Path> findLauncher() {
    var start = Path.of(System.getProperty("java.class.path").split(":")[0]).toAbsolutePath();
    return Stream.iterate(start, path -> path != null, Path::getParent)
        .map(path -> path.resolve("portolan"))
        .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
        .findFirst();
  }

  /**
   * Starts a gateway of its own name, with a data directory of its own. Blocks until it has printed
   * its endpoint, not until it is ready.
   *
   * @param name of this gateway among those of a run; a second start of a name is a warm one
   */
  public static PortolanProcess start(Path launcher, String name, Setup setup, Path directory)
      throws IOException, InterruptedException, StartFailedException {
    var servers = Files.writeString(directory.resolve(name + ".mcp.json"), setup.servers().text());
    var settings = Files.writeString(directory.resolve(name + ".yaml"), setup.yaml());
    var data = Files.createDirectories(directory.resolve(name + ".data"));
    var started = System.nanoTime();
    var child =
        Child.start(
            name,
            List.of(
                launcher.toString(),
                "up",
                "--port",
                "0",
                "--data-dir",
                data.toString(),
                "--mcp-json",
                servers.toString(),
                "--config",
                settings.toString()),
            directory);
    try {
      var endpoint = URI.create(child.await(ENDPOINT, ENDPOINT_TIMEOUT).group(1));
      return new PortolanProcess(child, endpoint, data, started);
    } catch (IOException | InterruptedException | StartFailedException e) {
      child.close();
      throw e;
    }
  }

  /** Blocks until every server is connected or has failed. */
  public void awaitReady() throws IOException, InterruptedException, StartFailedException {
    var _ = child.await(READY, READY_TIMEOUT);
  }

  /** The federated endpoint. */
  public URI endpoint() {
    return endpoint;
  }

  /** Manages its tenants and keys. */
  public Administration administration() throws IOException {
    return new Administration(endpoint, Files.readString(data.resolve("admin-key")).strip());
  }

  /** The endpoint of one server, whose names are untouched. */
  public URI endpointOf(String server) {
    return URI.create(endpoint + "/s/" + server);
  }

  /** When it was started, as {@code System.nanoTime()}. */
  public long startedNanos() {
    return startedNanos;
  }

  /** The launcher and what it started. */
  public ProcessTree tree() {
    return ProcessTree.of(child.pid());
  }

  /** Empties the file that takes the access log. */
  public void forgetOutput() throws IOException {
    child.forgetOutput();
  }

  @Override
  public void close() {
    child.close();
  }
}
