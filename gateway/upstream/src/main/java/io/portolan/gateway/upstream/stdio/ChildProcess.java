package io.portolan.gateway.upstream.stdio;

import io.portolan.registry.ServerDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One process of a server, the leader of a group of its own, and whatever it starts in turn.
 * Thread-safe.
 */
final class ChildProcess {
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final long EOF_MILLIS = 2_000;
  private static final long TERM_MILLIS = 2_000;
  private static final long STRAY_MILLIS = 500;
  private static final long STRAY_LOOK_MILLIS = 20;
  private static final Path PROC = Path.of("/proc");

  private final Process process;
  private final ChildReaper reaper;
  private final String mark;

  private ChildProcess(Process process, ChildReaper reaper, String mark) {
    this.process = process;
    this.reaper = reaper;
    this.mark = mark;
  }

  /**
   * Starts the program, with no shell in between.
   *
   * @throws IOException when there is no such program or it cannot be started
   */
  static ChildProcess start(ServerDefinition.Stdio definition, ChildReaper reaper)
      throws IOException {
    var directory =
        switch (definition.workingDirectory()) {
          case ServerDefinition.WorkingDirectory.Inherited() -> Path.of("").toAbsolutePath();
          case ServerDefinition.WorkingDirectory.At(var path) -> path.toAbsolutePath();
        };
    if (!Files.isDirectory(directory)) {
      throw new IOException("working directory does not exist: " + directory);
    }
    var builder = new ProcessBuilder();
    var mark = reaper.mark() + "/" + NUMBERS.incrementAndGet();
    builder.environment().putAll(definition.env());
    builder.environment().put(ChildReaper.MARK_VARIABLE, mark);
    var program =
        OwnGroup.program(definition.command(), directory, builder.environment())
            .orElseThrow(
                () ->
                    new IOException(
                        "command not found"
                            + (definition.command().contains("/") ? ": " : " on PATH: ")
                            + definition.command()));
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.addAll(definition.args());
    builder.command(OwnGroup.wrap(command)).directory(directory.toFile());
    var process = builder.start();
    reaper.watch(process.pid());
    return new ChildProcess(process, reaper, mark);
  }

  long pid() {
    return process.pid();
  }

  InputStream output() {
    return process.getInputStream();
  }

  InputStream error() {
    return process.getErrorStream();
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void onExit(Runnable task) {
    var _ = process.onExit().thenRun(task);
  }

  /** Waits a little for the process to end. */
  boolean awaitExit(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How it ended, once it has. */
  String exit() {
    return process.isAlive() ? "it closed its standard output" : "exit code " + process.exitValue();
  }

  /**
   * Ends the process and everything it started: waits for it to end by itself, because its input
   * was closed, then asks, then kills. Blocks for about five seconds at most.
   */
  void stop(Patience patience) throws InterruptedException {
    var descendants = process.descendants().toList();
    if (patience == Patience.KILL) {
      process.destroyForcibly();
    }
    if (!process.waitFor(EOF_MILLIS, TimeUnit.MILLISECONDS)) {
      signal("TERM");
      if (!process.waitFor(TERM_MILLIS, TimeUnit.MILLISECONDS)) {
        signal("KILL");
        process.destroyForcibly();
        var _ = process.waitFor(TERM_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
    stopStrays(descendants);
    reaper.forget(process.pid());
  }

  /** How a child is ended. */
  enum Patience {
    /** It gets the time to end by itself. */
    ASK,
    /** It has misbehaved. */
    KILL
  }

  private void signal(String name) {
    if (!OwnGroup.isAvailable()) {
      var _ = name.equals("KILL") ? process.destroyForcibly() : process.toHandle().destroy();
    } else if (name.equals("KILL")) {
      reaper.kill(process.pid());
    } else {
      reaper.terminate(process.pid());
    }
  }

  /** What the process started and left behind, in its group or out of it. */
  private void stopStrays(List<ProcessHandle> known) throws InterruptedException {
    if (strays(known).isEmpty()) {
      return;
    }
    signal("TERM");
    var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STRAY_MILLIS);
    while (System.nanoTime() < until) {
      if (strays(known).isEmpty()) {
        return;
      }
      Thread.sleep(STRAY_LOOK_MILLIS);
    }
    signal("KILL");
    strays(known).forEach(ProcessHandle::destroyForcibly);
  }

  private List<ProcessHandle> strays(List<ProcessHandle> known) {
    var found = new ArrayList<ProcessHandle>();
    for (var handle : known) {
      if (handle.isAlive() && handle.pid() != process.pid() && !isZombie(handle.pid())) {
        found.add(handle);
      }
    }
    if (Files.isDirectory(PROC)) {
      marked().filter(ProcessHandle::isAlive).forEach(found::add);
    }
    return found;
  }

  /** Ended, but not yet collected by its parent: nothing is left to kill. */
  private static boolean isZombie(long pid) {
    try {
      var stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      return stat.startsWith(") Z", stat.lastIndexOf(')'));
    } catch (IOException _) {
      return false;
    }
  }

  /** Every process that inherited the mark in its environment. */
  private java.util.stream.Stream<ProcessHandle> marked() {
    var pids = new ArrayList<Long>();
    var wanted = ChildReaper.MARK_VARIABLE + "=" + mark + "\0";
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (var directory : processes) {
        try {
          var environment =
              new String(
                  Files.readAllBytes(directory.resolve("environ")), StandardCharsets.ISO_8859_1);
          if ((environment + "\0").contains(wanted)) {
            pids.add(Long.parseLong(directory.getFileName().toString()));
          }
        } catch (IOException _) {
          // Ended in the meantime, or another user's.
        }
      }
    } catch (IOException _) {
      // Nothing to look at.
    }
    return pids.stream()
        .filter(pid -> pid != process.pid())
        .flatMap(pid -> ProcessHandle.of(pid).stream());
  }
}
