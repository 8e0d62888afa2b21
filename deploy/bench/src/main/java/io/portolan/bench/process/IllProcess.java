package io.portolan.bench.process;

import io.portolan.bench.trouble.IllCommand;
import io.portolan.bench.trouble.IllWay;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The servers that misbehave and their callers, in a JVM of their own: what they take of the
 * machine is theirs, bounded (one small heap, the lowest priority as if they had a machine of their
 * own, floods at the pace of a network), and disturbs neither the load generator nor the figures of
 * the gateway.
 *
 * <p>Not thread-safe.
 */
public final class IllProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("(?m)^ready$");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Child child;
  private final Path script;
  private int told;

  private IllProcess(Child child, Path script) {
    this.child = child;
    this.script = script;
  }

  /** Starts it; blocks until every server listens. Its files lie in the directory. */
  public static IllProcess start(Path directory)
      throws IOException, InterruptedException, StartFailedException {
    var script = directory.resolve("ill-child.sh");
    try (InputStream resource = IllWay.class.getResourceAsStream("ill-child.sh")) {
      if (resource == null) {
        throw new StartFailedException("ill-child.sh is not in the bench's jar");
      }
      var _ = Files.write(script, resource.readAllBytes());
    }
    var command =
        JavaCommand.ofThisProgram(
            List.of("-XX:+UseSerialGC", "-Xmx64m", "-XX:ActiveProcessorCount=1"), List.of("ill"));
    command.addAll(0, List.of("nice", "-n", "19"));
    var ill = new IllProcess(Child.start("ill", command, directory), script);
    try {
      var _ = ill.child.await(READY, PATIENCE);
      return ill;
    } catch (IOException | InterruptedException | StartFailedException e) {
      ill.close();
      throw e;
    }
  }

  /** All servers: one that is well, and one for each way of being ill. */
  public McpJson servers() throws IOException, InterruptedException, StartFailedException {
    Map<String, URI> endpoints = new LinkedHashMap<>();
    endpoints.put(IllCommand.WELL, endpoint(IllCommand.WELL));
    for (var way : IllWay.ofHttpServers()) {
      endpoints.put(way.server(), endpoint(way.server()));
    }
    Map<String, List<String>> commands = new LinkedHashMap<>();
    for (var way : IllWay.ofChildren()) {
      commands.put(way.server(), List.of("/bin/sh", script.toString(), way.server()));
    }
    return new McpJson(endpoints, commands);
  }

  private URI endpoint(String server)
      throws IOException, InterruptedException, StartFailedException {
    var line = Pattern.compile("(?m)^server " + Pattern.quote(server) + " (\\S+)$");
    return URI.create(child.await(line, PATIENCE).group(1));
  }

  /** The gateway knows all servers by now: those whose port is ill become so. */
  public void beginToBeIll() throws IOException, InterruptedException, StartFailedException {
    tell("begin");
  }

  /** Has the callers call one server through the gateway, until the next word. */
  public void call(URI endpoint) throws IOException, InterruptedException, StartFailedException {
    tell("call " + endpoint);
  }

  /** Has the callers call nobody. */
  public void rest() throws IOException, InterruptedException, StartFailedException {
    tell("rest");
  }

  private void tell(String line) throws IOException, InterruptedException, StartFailedException {
    child.tell(line);
    told++;
    var _ = child.await(Pattern.compile("(?m)^did " + told + "$"), PATIENCE);
  }

  @Override
  public void close() {
    child.close();
  }
}
