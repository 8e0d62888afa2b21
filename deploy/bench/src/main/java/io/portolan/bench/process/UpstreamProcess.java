package io.portolan.bench.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The bench's upstream in a JVM of its own, so that its CPU time is nobody else's. */
public final class UpstreamProcess implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("upstream http://127\\.0\\.0\\.1:(\\d+)/");

  private final Child child;
  private final int port;

  private UpstreamProcess(Child child, int port) {
    this.child = child;
    this.port = port;
  }

  /** Starts it on the port; 0 picks one. Blocks until it listens. */
  public static UpstreamProcess start(int port, Path directory)
      throws IOException, InterruptedException, StartFailedException {
    var command =
        JavaCommand.ofThisProgram(
            List.of("-XX:+UseSerialGC", "-Xmx96m"),
            List.of("upstream", "--until-stdin-ends", "--port", Integer.toString(port)));
    var child = Child.start("upstream", command, directory);
    try {
      var address = child.await(ADDRESS, Duration.ofSeconds(20));
      return new UpstreamProcess(child, Integer.parseInt(address.group(1)));
    } catch (IOException | InterruptedException | StartFailedException e) {
      child.close();
      throw e;
    }
  }

  /** The endpoint at a path of the upstream. */
  public URI at(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    child.close();
  }
}
