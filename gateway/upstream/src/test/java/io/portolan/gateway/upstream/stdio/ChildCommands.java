package io.portolan.gateway.upstream.stdio;

import io.portolan.registry.ServerDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** How tests start {@link ChildServer} and look at processes. */
final class ChildCommands {
  private static final long LOOK_NANOS = 10_000_000;

  private ChildCommands() {}

  static List<String> java(Class<?> main, String... args) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    return command;
  }

  static ServerDefinition.Stdio server(String... flags) {
    return server(Map.of("CHILD_TEST", "a b"), flags);
  }

  static ServerDefinition.Stdio server(Map<String, String> env, String... flags) {
    var command = java(ChildServer.class, flags);
    return new ServerDefinition.Stdio(
        "child",
        command.getFirst(),
        command.subList(1, command.size()),
        env,
        new ServerDefinition.WorkingDirectory.Inherited(),
        Duration.ofSeconds(60));
  }

  /** Whether a process runs; one that has ended and waits to be collected does not. */
  static boolean runs(long pid) {
    var stat = Path.of("/proc/" + pid + "/stat");
    if (Files.isDirectory(Path.of("/proc"))) {
      try {
        var text = Files.readString(stat, StandardCharsets.ISO_8859_1);
        return !text.startsWith(") Z", text.lastIndexOf(')'));
      } catch (IOException _) {
        return false;
      }
    }
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  static void awaitEnd(long pid) {
    var until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (runs(pid)) {
      if (System.nanoTime() > until) {
        throw new AssertionError("process " + pid + " still runs");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
