package io.portolan.bench.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * nginx as a plain reverse proxy before the upstream: the measure of what a hop must cost.
 *
 * <p>Set up in its favour: a pool of kept-alive connections, no access log, buffers that hold the
 * largest reply. It buffers unless the upstream says otherwise, as it does for event streams.
 */
public final class NginxProcess implements AutoCloseable {
  /** What to tell a person who has no nginx. */
  public static final String INSTALL_HINT =
      "nginx was not found: install it (Debian, Ubuntu: apt-get install nginx-light) to compare";

  private final Child child;
  private final int port;

  private NginxProcess(Child child, int port) {
    this.child = child;
    this.port = port;
  }

  /** The program, from the path or the usual places. */
  public static Optional<Path> find() {
    var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(
            Stream.of(path.split(":")), Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin"))
        .filter(directory -> !directory.isBlank())
        .map(directory -> Path.of(directory, "nginx"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** What {@code nginx -v} says. */
  public static String version(Path program) throws IOException, InterruptedException {
    var process = new ProcessBuilder(program.toString(), "-v").redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    var _ = process.waitFor();
    return said.replaceFirst("^nginx version: ", "");
  }

  /** Starts it before the upstream's port. Blocks until it listens. */
  public static NginxProcess start(Path program, int upstreamPort, Path directory)
      throws IOException, InterruptedException, StartFailedException {
    var port = freePort();
    var configuration =
        Files.writeString(
            directory.resolve("nginx.conf"), configuration(directory, port, upstreamPort));
    var child =
        Child.start(
            "nginx",
            List.of(
                program.toString(),
                "-p",
                directory.toString(),
                "-e",
                directory.resolve("nginx-error.log").toString(),
                "-c",
                configuration.toString()),
            directory);
    try {
      awaitListening(port);
      return new NginxProcess(child, port);
    } catch (InterruptedException | StartFailedException e) {
      child.close();
      throw e;
    }
  }

  /** The upstream's path as seen through nginx. */
  public URI at(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Master and workers. */
  public ProcessTree tree() {
    return ProcessTree.of(child.pid());
  }

  private static String configuration(Path directory, int port, int upstreamPort) {
    return """
        daemon off;
        worker_processes %1$d;
        %2$s
        pid %3$s/nginx.pid;
        events { worker_connections 16384; }
        http {
          access_log off;
          client_body_temp_path %3$s/nginx-body;
          proxy_temp_path %3$s/nginx-proxy;
          fastcgi_temp_path %3$s/nginx-fastcgi;
          uwsgi_temp_path %3$s/nginx-uwsgi;
          scgi_temp_path %3$s/nginx-scgi;
          upstream bench {
            server 127.0.0.1:%5$d;
            keepalive 256;
            keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:%4$d backlog=4096;
            tcp_nodelay on;
            keepalive_requests 1000000000;
            keepalive_timeout 3600s;
            client_max_body_size 16m;
            location / {
              proxy_pass http://bench;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              proxy_buffering on;
              proxy_buffer_size 16k;
              proxy_buffers 16 16k;
              proxy_read_timeout 3600s;
            }
          }
        }
        """
        .formatted(
            Math.min(2, Runtime.getRuntime().availableProcessors()),
            // Workers of root drop to an account that may not enter the run's directory.
            System.getProperty("user.name").equals("root") ? "user root;" : "",
            directory,
            port,
            upstreamPort);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static void awaitListening(int port) throws InterruptedException, StartFailedException {
    var deadline = Instant.now().plus(Duration.ofSeconds(10));
    while (true) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1000);
        return;
      } catch (IOException e) {
        if (Instant.now().isAfter(deadline)) {
          throw new StartFailedException("nginx does not listen on " + port + ": " + e);
        }
        Thread.sleep(Duration.ofMillis(10));
      }
    }
  }

  @Override
  public void close() {
    child.close();
  }
}
