package io.portolan.tenancy.store.cassandra.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A node in a JVM of its own. */
final class ForkedNode implements Node {
  private static final List<String> EXPORTED =
      List.of(
          "java.base/jdk.internal.misc",
          "java.base/jdk.internal.ref",
          "java.base/sun.nio.ch",
          "java.base/java.lang.ref",
          "java.management.rmi/com.sun.jmx.remote.internal.rmi",
          "java.management/com.sun.jmx.remote.security",
          "java.rmi/sun.rmi.registry",
          "java.rmi/sun.rmi.server",
          "java.rmi/sun.rmi.transport",
          "java.rmi/sun.rmi.transport.tcp",
          "java.sql/java.sql",
          "jdk.unsupported/sun.misc",
          "jdk.compiler/com.sun.tools.javac.file",
          "jdk.attach/sun.tools.attach");

  private static final List<String> OPENED =
      List.of(
          "java.base/java.lang.module",
          "java.base/java.lang.reflect",
          "java.base/java.lang",
          "java.base/java.net",
          "java.base/java.io",
          "java.base/java.nio",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/sun.nio.ch",
          "java.base/jdk.internal.loader",
          "java.base/jdk.internal.ref",
          "java.base/jdk.internal.reflect",
          "java.base/jdk.internal.math",
          "java.base/jdk.internal.module",
          "java.base/jdk.internal.util.jar",
          "jdk.management/com.sun.management.internal",
          "jdk.compiler/com.sun.tools.javac");

  private final Place place;
  private final NodeFiles files;
  private final Path java;
  private final String classPath;
  private @Nullable Process process;

  ForkedNode(Place place, NodeFiles files, Path java, String classPath) {
    this.place = place;
    this.files = files;
    this.java = java;
    this.classPath = classPath;
  }

  @Override
  public Place place() {
    return place;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    Files.deleteIfExists(files.log());
    var started =
        new ProcessBuilder(command())
            .directory(files.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(files.log().toFile())
            .start();
    process = started;
    var until = System.nanoTime() + START_MAX.toNanos();
    while (!log().contains(READY)) {
      if (!started.isAlive() || System.nanoTime() - until > 0) {
        kill();
        throw new IOException("Cassandra at " + place + " did not start:\n" + Node.tail(log()));
      }
      LockSupport.parkNanos(200_000_000);
    }
  }

  private List<String> command() {
    var command = new ArrayList<String>();
    command.add(java.toString());
    EXPORTED.forEach(name -> command.add("--add-exports=" + name + "=ALL-UNNAMED"));
    OPENED.forEach(name -> command.add("--add-opens=" + name + "=ALL-UNNAMED"));
    command.addAll(NodeFiles.OPTIONS);
    command.addAll(
        List.of(
            "-Djdk.attach.allowAttachSelf=true",
            "-javaagent:" + jamm(),
            "-Xms128m",
            "-Xmx384m",
            "-Xss512k",
            "-XX:MaxDirectMemorySize=192m",
            "-XX:+UseSerialGC",
            "-XX:ActiveProcessorCount=8",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + files.directory(),
            "-Dcassandra-foreground=yes",
            "-Dcassandra.config=" + files.settings().toUri(),
            "-Dcassandra.storagedir=" + files.directory(),
            "-Dlogback.configurationFile=" + files.logging(),
            "-cp",
            files.conf() + ":" + classPath,
            "org.apache.cassandra.service.CassandraDaemon"));
    return command;
  }

  private String jamm() {
    for (var jar : classPath.split(":", -1)) {
      if (jar.contains("/jamm-")) {
        return jar;
      }
    }
    throw new IllegalStateException("the class path of the nodes has no jamm");
  }

  private String log() throws IOException {
    return Files.exists(files.log())
        ? Files.readString(files.log(), StandardCharsets.ISO_8859_1)
        : "";
  }

  @Override
  public void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly();
      process.waitFor(1, TimeUnit.MINUTES);
      process = null;
    }
  }
}
