package io.portolan.bench.process;

import io.portolan.bench.process.PortolanProcess.Setup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The built gateway, started as often as a run needs it.
 *
 * <p>Owns what it starts: {@link #close()} stops all of it. Not thread-safe.
 */
public final class Distribution implements AutoCloseable {
  private final @Nullable Path launcher;
  private final Path directory;
  private final List<PortolanProcess> running = new ArrayList<>();

  /**
   * @param launcher the start script; null when there is none, and nothing can be started
   * @param directory for configuration, data and output of the gateways
   */
  public Distribution(@Nullable Path launcher, Path directory) {
    this.launcher = launcher;
    this.directory = directory;
  }

  /** Whether there is a gateway to start. */
  public boolean present() {
    return launcher != null;
  }

  /** Starts a gateway; blocks until its endpoint is printed. */
  public PortolanProcess start(String name, McpJson servers)
      throws IOException, InterruptedException, StartFailedException {
    return start(name, Setup.of(servers));
  }

  private PortolanProcess start(String name, Setup setup)
      throws IOException, InterruptedException, StartFailedException {
    if (launcher == null) {
      throw new IllegalStateException("there is no launcher");
    }
    var gateway = PortolanProcess.start(launcher, name, setup, directory);
    running.add(gateway);
    return gateway;
  }

  /** Starts a gateway; blocks until all its servers are connected or have failed. */
  public PortolanProcess startReady(String name, McpJson servers)
      throws IOException, InterruptedException, StartFailedException {
    return startReady(name, Setup.of(servers));
  }

  /** The same with settings. */
  public PortolanProcess startReady(String name, Setup setup)
      throws IOException, InterruptedException, StartFailedException {
    var gateway = start(name, setup);
    gateway.awaitReady();
    return gateway;
  }

  /** Stops one gateway before the others. */
  public void stop(PortolanProcess gateway) {
    gateway.close();
    running.remove(gateway);
  }

  /** Empties the files that take the access logs. */
  public void forgetOutput() throws IOException {
    for (var gateway : running) {
      gateway.forgetOutput();
    }
  }

  @Override
  public void close() {
    running.forEach(PortolanProcess::close);
    running.clear();
  }
}
