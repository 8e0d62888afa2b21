package io.portolan.e2e.process;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Our dual-era fixture server as a process of its own, over HTTP. */
public final class EverythingProcess implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+/mcp)");

  private final Process process;
  private final URI url;

  private EverythingProcess(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts it with these arguments more. */
  public static EverythingProcess start(String... arguments)
      throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("--port", "0"));
    all.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command(all.toArray(String[]::new))).redirectErrorStream(true);
    var process = builder.start();
    var output = new Output(process.getInputStream());
    try {
      var found = output.await(LISTENING, Duration.ofSeconds(60));
      return new EverythingProcess(process, URI.create(found.group(1)));
    } catch (AssertionError e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** The command line that starts it with these arguments. */
  public static List<String> command(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Repository.java().toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp"));
    command.add(Repository.libraries().resolve("*").toString());
    command.add("io.portolan.mcp.everything.Main");
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }

  public URI url() {
    return url;
  }

  @Override
  public void close() {
    Ending.of(process, Duration.ofSeconds(10));
  }
}
