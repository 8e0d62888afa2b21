package io.portolan.e2e.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of somebody else's that listens on the port in its environment variable PORT. */
public final class HttpServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  private final Process process;
  private final int port;

  private HttpServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it on a port that was free a moment ago and waits until it listens. */
  public static HttpServerProcess start(List<String> command)
      throws IOException, InterruptedException {
    var port = freePort();
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PORT", String.valueOf(port));
    var process = builder.start();
    var output = new Output(process.getInputStream());
    var server = new HttpServerProcess(process, port);
    var until = System.nanoTime() + START.toNanos();
    while (!server.listens()) {
      if (!process.isAlive() || System.nanoTime() > until) {
        server.close();
        throw new AssertionError("it does not listen:\n" + output.tail());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return server;
  }

  public URI url(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  @Override
  public void close() {
    Ending.of(process, Duration.ofSeconds(10));
  }

  private boolean listens() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("localhost", port), 1_000);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
