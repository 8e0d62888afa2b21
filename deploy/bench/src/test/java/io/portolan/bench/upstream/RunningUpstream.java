package io.portolan.bench.upstream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;

/** The upstream on a thread of the test. */
public final class RunningUpstream implements AutoCloseable {
  private final UpstreamServer server;
  private final Thread thread;

  private RunningUpstream(UpstreamServer server) {
    this.server = server;
    thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    server.run();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
  }

  /** Starts it on a free port. */
  public static RunningUpstream start() throws IOException {
    return new RunningUpstream(UpstreamServer.bind(0));
  }

  /** Starts one that issues no session ids. */
  public static RunningUpstream startWithoutSessions() throws IOException {
    return new RunningUpstream(UpstreamServer.bindWithoutSessions(0));
  }

  /** A path of it. */
  public URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
