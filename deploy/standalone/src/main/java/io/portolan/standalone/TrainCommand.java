package io.portolan.standalone;

import io.portolan.standalone.config.ConfigLoader;
import io.portolan.standalone.config.ConfigOutcome;
import io.portolan.standalone.config.Flags;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.servers.Surroundings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code portolan train DIR}: runs the way a user's gateway does for a moment, so that the JVM can
 * note which classes it needs (the launcher makes an ahead-of-time cache of them). Starts a gateway
 * on a free port with the {@code everything} server behind it, sends some hundred requests, ends.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Runs for a moment, to train the start-up cache.")
final class TrainCommand implements Callable<Integer> {
  private static final String FIXTURE = "io.portolan.mcp.everything.Main";
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);

  @Parameters(paramLabel = "DIR", description = "a directory to write to, removed by the caller")
  private Path directory = Path.of("");

  private final GatewayStarter starter;

  TrainCommand(GatewayStarter starter) {
    this.starter = starter;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    var events = new UntilReady();
    try (var gateway = starter.start(config(), events)) {
      if (!events.ready.await(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the gateway was not ready after " + READY_WITHIN.toSeconds() + " s");
      }
      new TrainingCalls(gateway.endpoint()).send();
    }
    return ExitCode.OK;
  }

  /** Out of a file, as a user's: reading it belongs to the start. */
  private PortolanConfig config() throws IOException {
    var mcpJson =
        Files.writeString(
            directory.resolve("mcp.json"),
            """
            {"mcpServers": {"everything": {
              "command": "${JAVA}",
              "args": ["-XX:TieredStopAtLevel=1", "-cp", "${CLASS_PATH}", "%s", "--stdio"]}}}
            """
                .formatted(FIXTURE));
    var process = Surroundings.ofProcess();
    var surroundings =
        new Surroundings(
            Map.of(
                "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "CLASS_PATH", System.getProperty("java.class.path")),
            process.home(),
            directory);
    var flags = new Flags(null, List.of(mcpJson), "127.0.0.1", 0, directory, null);
    return switch (new ConfigLoader(surroundings, directory).load(flags)) {
      case ConfigOutcome.Usable(var config, var _) -> config;
      case ConfigOutcome.Rejected(var problems) -> throw new IOException(problems.toString());
    };
  }

  /**
   * Shows nobody the banner, which belongs to the start as well, and notes the end of the start.
   */
  private static final class UntilReady implements StartupEvents {
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Banner banner =
        new Banner(
            new PrintStream(OutputStream.nullOutputStream()), BuildInfo.current(), List.of());

    @Override
    public void listening(URI endpoint) {
      banner.listening(endpoint);
    }

    @Override
    public void serverChanged(ServerStatus status) {
      banner.serverChanged(status);
    }

    @Override
    public void ready(List<ServerStatus> servers) {
      banner.ready(servers);
      ready.countDown();
    }
  }
}
