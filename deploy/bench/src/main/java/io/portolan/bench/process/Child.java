package io.portolan.bench.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A started process whose output goes to a file, so that reading it costs the bench nothing.
 *
 * <p>{@link #close()} asks it to end, and after ten seconds makes it and its descendants end.
 */
final class Child implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final String name;
  private final Process process;
  private final Path output;
  // Also when the bench itself is told to end, nothing it started is left behind.
  private final Thread atExit;

  private Child(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
    this.atExit = Thread.ofPlatform().unstarted(process::destroy);
  }

  static Child start(String name, List<String> command, Path directory) throws IOException {
    var output = directory.resolve(name + ".out");
    Files.deleteIfExists(output);
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    var child = new Child(name, process, output);
    Runtime.getRuntime().addShutdownHook(child.atExit);
    return child;
  }

  long pid() {
    return process.pid();
  }

  /** Waits until the output has a match. */
  MatchResult await(Pattern pattern, Duration timeout)
      throws IOException, InterruptedException, StartFailedException {
    var deadline = Instant.now().plus(timeout);
    while (true) {
      var ended = !process.isAlive();
      var matcher = pattern.matcher(said());
      if (matcher.find()) {
        return matcher.toMatchResult();
      }
      if (ended) {
        throw new StartFailedException(
            name + " ended with status " + process.exitValue() + ":\n" + said());
      }
      if (Instant.now().isAfter(deadline)) {
        throw new StartFailedException(
            name + " did not say '" + pattern + "' within " + timeout + ":\n" + said());
      }
      Thread.sleep(POLL);
    }
  }

  /** Writes a line to its standard input. */
  void tell(String line) throws IOException {
    var in = process.getOutputStream();
    in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /** Empties the output, so that an access log of millions of calls does not fill the disk. */
  void forgetOutput() throws IOException {
    try (var file = FileChannel.open(output, StandardOpenOption.WRITE)) {
      file.truncate(0);
    }
  }

  private String said() throws IOException {
    return Files.exists(output) ? Files.readString(output) : "";
  }

  @Override
  public void close() {
    var descendants = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println(name + " did not stop within " + STOP_TIMEOUT + " and is killed");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    try {
      var _ = Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException _) {
      // The bench is ending, and the hook has run or will find nothing to do.
    }
  }
}
