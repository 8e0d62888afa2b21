package io.portolan.bench.upstream;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the upstream in this process until it is killed or its standard input ends. */
@Command(
    name = "upstream",
    description = "Runs only the upstream server, for measuring something by hand.",
    mixinStandardHelpOptions = true)
public final class UpstreamCommand implements Callable<Integer> {
  @Option(
      names = "--port",
      description = "Port on 127.0.0.1; 0 picks one (default ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private int port;

  @Option(names = "--no-sessions", description = "Issue no session id at initialize.")
  private boolean withoutSessions;

  @Option(
      names = "--until-stdin-ends",
      description = "Stop when standard input ends, so that no upstream outlives its starter.")
  private boolean untilStdinEnds;

  @Override
  public Integer call() throws IOException {
    try (var server =
        withoutSessions ? UpstreamServer.bindWithoutSessions(port) : UpstreamServer.bind(port)) {
      System.out.println("upstream http://127.0.0.1:" + server.port() + "/mcp");
      System.out.flush();
      if (untilStdinEnds) {
        Thread.ofVirtual().start(UpstreamCommand::exitWithStdin);
      }
      server.run();
    }
    return 0;
  }

  private static void exitWithStdin() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      // A broken pipe is an end as well.
    }
    Runtime.getRuntime().halt(0);
  }
}
