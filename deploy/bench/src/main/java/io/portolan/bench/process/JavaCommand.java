package io.portolan.bench.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines that run this program again in a JVM of its own. */
final class JavaCommand {
  private JavaCommand() {}

  static List<String> ofThisProgram(List<String> jvmOptions, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.portolan.bench.Main");
    command.addAll(arguments);
    return command;
  }
}
