package io.portolan.standalone.servers;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds programs the way the operating system does when it starts one. Reads the file system. */
public final class Programs {
  private final Surroundings surroundings;

  /** Looks on the PATH of these surroundings. */
  public Programs(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * The file that would run: looked up on PATH when the command has no slash.
   *
   * @param command as in a server's definition
   * @param directory where a relative path with a slash starts from
   */
  public Optional<Path> find(String command, Path directory) {
    if (command.contains("/")) {
      return Optional.of(directory.resolve(command)).filter(Programs::runs);
    }
    for (var folder : surroundings.variable("PATH").orElse("").split(File.pathSeparator, -1)) {
      var candidate = directory.resolve(folder).resolve(command);
      if (runs(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static boolean runs(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
