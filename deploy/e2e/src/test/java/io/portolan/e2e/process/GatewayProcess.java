package io.portolan.e2e.process;

import io.portolan.e2e.wire.Headers;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.HttpReply;
import io.portolan.e2e.wire.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The gateway as a person runs it: {@code ./portolan up} of the built distribution, on a free port,
 * with its data in a folder of the test's.
 */
public final class GatewayProcess implements AutoCloseable {
  private static final Pattern ENDPOINT = Pattern.compile("endpoint\\s+(http://\\S+/mcp)");
  private static final Pattern READY = Pattern.compile("^\\s*Ready");
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(40);

  private final Process process;
  private final Output stdout;
  private final Output stderr;

  private GatewayProcess(Process process) {
    this.process = process;
    this.stdout = new Output(process.getInputStream());
    this.stderr = new Output(process.getErrorStream());
  }

  /** Starts {@code ./portolan} with any arguments and waits for nothing. */
  public static GatewayProcess run(Path dataDir, String... arguments) throws IOException {
    return run(dataDir, Map.of(), arguments);
  }

  /** The same with these variables in its environment. */
  public static GatewayProcess run(
      Path dataDir, Map<String, String> environment, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Repository.root().resolve("portolan").toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(dataDir.toFile());
    builder.environment().put("PORTOLAN_SKIP_BUILD", "1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PORTOLAN_HOME", dataDir.toString());
    builder.environment().putAll(environment);
    return new GatewayProcess(builder.start());
  }

  /** Starts the gateway over this file and waits until it says that it is ready. */
  public static GatewayProcess up(Path dataDir, Path mcpJson) throws Exception {
    return starting(dataDir, mcpJson).ready();
  }

  /** Waits until it says that it is ready; ends it when it does not. */
  public GatewayProcess ready() throws Exception {
    try {
      stdout.await(READY, START);
    } catch (AssertionError e) {
      close();
      throw new AssertionError(e.getMessage() + "\nstderr:\n" + stderr.tail(), e);
    }
    return this;
  }

  /**
   * Starts the gateway with this {@code portolan.yaml} and waits until it says that it is ready.
   */
  public static GatewayProcess configured(Path dataDir, String yaml) throws Exception {
    var file = Files.writeString(dataDir.resolve("portolan.yaml"), yaml);
    var data = dataDir.resolve("data").toString();
    return run(dataDir, "up", "--port", "0", "--data-dir", data, "--config", file.toString())
        .ready();
  }

  /** Starts the gateway over this file and waits for nothing. */
  public static GatewayProcess starting(Path dataDir, Path mcpJson) throws IOException {
    return run(
        dataDir,
        "up",
        "--port",
        "0",
        "--data-dir",
        dataDir.resolve("data").toString(),
        "--mcp-json",
        mcpJson.toString());
  }

  /** The federated endpoint. */
  public URI endpoint() throws InterruptedException {
    return URI.create(stdout.await(ENDPOINT, START).group(1));
  }

  /** The endpoint of one server. */
  public URI endpoint(String server) throws InterruptedException {
    return URI.create(endpoint() + "/s/" + server);
  }

  public HttpReply get(String path) throws IOException, InterruptedException {
    try (var connection = HttpConnection.to(endpoint())) {
      return connection.exchange(HttpRequest.get(path, Headers.NONE));
    }
  }

  /** What {@code /health/ready} says of a server. */
  public JsonNode health(String server) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(get("/health/ready").body()).path("servers").path(server);
  }

  /** The value of one metric; 0 when it is not shown. */
  public double metric(String nameAndLabels) throws IOException, InterruptedException {
    return get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(nameAndLabels + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(nameAndLabels.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  public Output stdout() {
    return stdout;
  }

  public Output stderr() {
    return stderr;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The pid of the JVM, which is the launcher's own if it has replaced itself. */
  public ProcessHandle jvm() {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(process.toHandle()), process.toHandle().descendants())
        .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no JVM runs under " + process));
  }

  /** Every process the gateway has started, directly or not, at this moment. */
  public List<ProcessHandle> descendants() {
    return process.toHandle().descendants().toList();
  }

  /** Asks the gateway to stop, as a service manager does, and returns its exit code. */
  public int terminate() throws InterruptedException {
    process.destroy();
    return exitCode(STOP);
  }

  /** Ends the gateway with no chance to clean up. */
  public void kill() throws InterruptedException {
    jvm().destroyForcibly();
    exitCode(STOP);
  }

  public int exitCode(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + patience + ":\n" + stdout.tail());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    var all = descendants();
    Ending.of(process, Duration.ofSeconds(15));
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
