package io.portolan.mcp.everything;

import io.portolan.mcp.kit.Eras;
import io.portolan.mcp.kit.serve.HttpOptions;
import io.portolan.mcp.kit.serve.HttpServing;
import io.portolan.mcp.kit.serve.StdioServing;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the fixture over HTTP or stdio. */
@Command(
    name = "everything",
    mixinStandardHelpOptions = true,
    version = "everything 0.1.0",
    description = "An MCP server that does everything, for tests.")
public final class Main implements Callable<Integer> {
  @Option(
      names = "--port",
      defaultValue = "0",
      description = "Port to listen on; 0 picks a free one and prints it.")
  private int port;

  @Option(names = "--stdio", description = "Serve standard input and output instead of a port.")
  private boolean stdio;

  @Option(
      names = "--era",
      defaultValue = "DUAL",
      description = "Protocol eras to serve: ${COMPLETION-CANDIDATES}.")
  private Eras eras = Eras.DUAL;

  public static void main(String[] args) throws IOException {
    try (var logging = Main.class.getResourceAsStream("/everything-logging.properties")) {
      LogManager.getLogManager().readConfiguration(logging);
    }
    var command = new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
    // Not a return: what a client left behind must not keep the process alive.
    System.exit(command.execute(args));
  }

  @Override
  public Integer call() throws Exception {
    var server = Everything.server();
    if (stdio) {
      var out = System.out;
      // Anything that prints by accident must not break the protocol.
      System.setOut(System.err);
      StdioServing.run(server, eras, System.in, out);
      return 0;
    }
    var serving = HttpServing.start(server, HttpOptions.loopback(port).serving(eras));
    Runtime.getRuntime().addShutdownHook(new Thread(serving::close, "shutdown"));
    System.out.println("everything listening on " + serving.endpoint());
    new CountDownLatch(1).await();
    return 0;
  }
}
