package io.portolan.standalone;

import java.io.PrintStream;
import picocli.CommandLine.Command;

/** {@code portolan version}: which build this is and what it runs on. */
@Command(name = "version", description = "Prints the version, the commit and the JDK.")
final class VersionCommand implements Runnable {
  private final PrintStream out;

  VersionCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public void run() {
    for (var line : new BuildInfo.Provider().getVersion()) {
      out.println(line);
    }
  }
}
