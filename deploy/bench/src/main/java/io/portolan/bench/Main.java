package io.portolan.bench;

import io.portolan.bench.trouble.IllCommand;
import io.portolan.bench.upstream.UpstreamCommand;
import picocli.CommandLine;

/** Entry point of {@code ./portolan bench}. */
public final class Main {
  private Main() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    var command =
        new CommandLine(new BenchCommand())
            .addSubcommand(new UpstreamCommand())
            .addSubcommand(new IllCommand());
    System.exit(command.execute(args));
  }
}
