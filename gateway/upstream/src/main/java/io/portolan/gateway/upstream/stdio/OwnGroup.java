package io.portolan.gateway.upstream.stdio;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a program is found, and started in a process group of its own. Stateless. */
final class OwnGroup {
  private static final Optional<Path> SETSID = find("setsid", System.getenv("PATH"));
  private static final Optional<Path> PERL = find("perl", System.getenv("PATH"));

  private OwnGroup() {}

  /*
   * setsid(1) replaces itself by the program, so that the process id is the program's and the
   * group's, and the exit status is its own. macOS has no setsid but has Perl.
   */

  /** The command line that runs {@code command} as the leader of a new session and group. */
  static List<String> wrap(List<String> command) {
    var wrapped = new ArrayList<String>();
    if (SETSID.isPresent()) {
      wrapped.add(SETSID.get().toString());
    } else if (PERL.isPresent()) {
      wrapped.addAll(
          List.of(
              PERL.get().toString(),
              "-e",
              "use POSIX; POSIX::setsid(); exec {$ARGV[0]} @ARGV; exit 127;",
              "--"));
    }
    wrapped.addAll(command);
    return wrapped;
  }

  /** Whether children lead a group that can be signalled as a whole. */
  static boolean isAvailable() {
    return SETSID.isPresent() || PERL.isPresent();
  }

  /**
   * The program that a command names: a path with a slash as it is, anything else looked up on the
   * PATH of the environment.
   */
  static Optional<Path> program(String command, Path directory, Map<String, String> environment) {
    if (command.contains("/")) {
      var path = directory.resolve(command);
      return Files.isExecutable(path) && !Files.isDirectory(path)
          ? Optional.of(path)
          : Optional.empty();
    }
    return find(command, environment.get("PATH"));
  }

  private static Optional<Path> find(String name, @org.jspecify.annotations.Nullable String path) {
    if (path == null) {
      return Optional.empty();
    }
    for (var directory : path.split(File.pathSeparator, -1)) {
      var candidate = Path.of(directory.isEmpty() ? "." : directory).resolve(name).toAbsolutePath();
      if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
