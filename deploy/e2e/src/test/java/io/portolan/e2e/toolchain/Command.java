package io.portolan.e2e.toolchain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end. */
public final class Command {
  /** How it ended and what it wrote, both streams together. */
  public record Outcome(int exitCode, String output) {}

  private Command() {}

  /** Runs a command that must succeed and returns what it wrote. */
  public static String output(Path dir, Duration patience, List<String> command)
      throws IOException, InterruptedException {
    var outcome = run(dir, patience, command);
    if (outcome.exitCode() != 0) {
      throw new IOException(
          String.join(" ", command) + " failed (" + outcome.exitCode() + "): " + outcome.output());
    }
    return outcome.output();
  }

  public static Outcome run(Path dir, Duration patience, List<String> command)
      throws IOException, InterruptedException {
    var log = Files.createTempFile("portolan-e2e", ".log");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(dir.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        throw new IOException(
            String.join(" ", command) + " took longer than " + patience + ": " + read(log));
      }
      return new Outcome(process.exitValue(), read(log));
    } finally {
      Files.delete(log);
    }
  }

  private static String read(Path log) throws IOException {
    return new String(Files.readAllBytes(log), UTF_8).strip();
  }
}
