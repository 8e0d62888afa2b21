package io.portolan.standalone.doctor;

import io.portolan.standalone.servers.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Looks for a program of the machine and asks it for its version. */
final class ToolCheck {
  private final Programs programs;
  private final Path directory;

  ToolCheck(Programs programs, Path directory) {
    this.programs = programs;
    this.directory = directory;
  }

  /**
   * @param neededFor what does not work without it
   */
  Check look(String program, String neededFor) throws InterruptedException {
    var found = programs.find(program, directory);
    return found.isPresent()
        ? Check.ok(program, version(program, found.get()))
        : Check.note(program, "not found; needed for " + neededFor);
  }

  private static String version(String program, Path file) throws InterruptedException {
    var flag = program.equals("nginx") ? "-v" : "--version";
    try {
      var process =
          new ProcessBuilder(file.toString(), flag)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      // The line comes at once or the program hangs: the stream ends when it is killed.
      var killer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      if (!process.waitFor(5, TimeUnit.SECONDS)) {
                        process.destroyForcibly();
                      }
                    } catch (InterruptedException _) {
                      process.destroyForcibly();
                    }
                  });
      try (var out = process.getInputStream()) {
        var text = new String(out.readNBytes(1 << 10), StandardCharsets.UTF_8).strip();
        killer.join();
        var first = text.lines().findFirst().orElse("says no version");
        return first + " at " + file;
      }
    } catch (IOException e) {
      return file + " does not run: " + e.getMessage();
    }
  }
}
