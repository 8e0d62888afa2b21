package io.portolan.e2e.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.portolan.e2e.wire.LegacyClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A legacy client of a server that is its own child: what the server says with no gateway between.
 */
public final class StdioClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ObjectMapper mapper = new ObjectMapper();
  private final AtomicInteger lastId = new AtomicInteger();
  private final Process process;
  private final Output stdout;

  private StdioClient(Process process) {
    this.process = process;
    this.stdout = new Output(process.getInputStream());
  }

  /** Starts the server and opens a session that declares these capabilities (a JSON object). */
  public static StdioClient start(
      List<String> command, Map<String, String> environment, String capabilities)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    var client = new StdioClient(builder.start());
    client.call("initialize", LegacyClient.initializeParams(LegacyClient.LATEST, capabilities));
    client.write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    return client;
  }

  /** Starts the server under {@code command} and opens no session. */
  public static StdioClient bare(List<String> command, Map<String, String> environment)
      throws IOException {
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    return new StdioClient(builder.start());
  }

  /** Calls a method with these params (a JSON value) and returns the whole answer. */
  public JsonNode call(String method, String params) throws IOException, InterruptedException {
    var id = "d" + lastId.incrementAndGet();
    write(LegacyClient.message("\"" + id + "\"", method, params));
    var answer = Pattern.compile("^(?=.*\"id\"\\s*:\\s*\"" + id + "\")(?!.*\"method\"\\s*:).*$");
    return mapper.readTree(stdout.await(answer, PATIENCE).group());
  }

  /** All pages of a list. */
  public List<JsonNode> list(String method, String member)
      throws IOException, InterruptedException {
    var all = new ArrayList<JsonNode>();
    var params = "{}";
    while (true) {
      var result = call(method, params).path("result");
      result.path(member).forEach(all::add);
      if (!result.has("nextCursor")) {
        return all;
      }
      params = "{\"cursor\":" + result.path("nextCursor") + "}";
    }
  }

  public void write(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  public Output stdout() {
    return stdout;
  }

  /** Ends the input, as a client does that goes away. */
  public void closeInput() throws IOException {
    process.getOutputStream().close();
  }

  public Process process() {
    return process;
  }

  @Override
  public void close() {
    Ending.of(process, Duration.ofSeconds(5));
  }
}
