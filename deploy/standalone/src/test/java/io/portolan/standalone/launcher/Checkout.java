package io.portolan.standalone.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A checkout with the real launcher, where Maven, the JDKs and the home directory are stand-ins.
 * The stand-in for Java records how it is called; PATH holds basic tools and no other Java.
 */
final class Checkout {
  /** How a run of the launcher ended. */
  record Ended(int status, String out, String err) {}

  private static final List<String> TOOLS =
      List.of(
          "bash",
          "sh",
          "env",
          "sed",
          "head",
          "tail",
          "grep",
          "find",
          "mkdir",
          "rmdir",
          "rm",
          "mv",
          "cat",
          "touch",
          "sleep",
          "dirname",
          "basename",
          "readlink",
          "uname",
          "tr",
          "cksum",
          "mkfifo",
          "ln");

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<Long, Path> outputs = new HashMap<>(); // by process

  Checkout(Path folder) throws IOException {
    this.folder = folder.toRealPath();
    var source = repositoryRoot();
    copy(source.resolve("portolan"), root().resolve("portolan"));
    try (var scripts = Files.list(source.resolve("deploy/launcher"))) {
      for (var script : scripts.toList()) {
        copy(script, root().resolve("deploy/launcher").resolve(script.getFileName()));
      }
    }
    write(root().resolve("pom.xml"), "<project>\n  <version>9.8.7</version>\n</project>\n");
    write(root().resolve("gateway/core/src/main/java/A.java"), "class A {}\n");
    for (var dir : List.of(".mvn", "tenancy", "registry", "mcp-servers", "deploy/standalone")) {
      Files.createDirectories(root().resolve(dir));
    }
    maven(
        """
        mkdir -p deploy/standalone/target/portolan/lib
        echo "built $RANDOM" > deploy/standalone/target/portolan/stamp
        for jar in b a-2 a-10 B; do : > deploy/standalone/target/portolan/lib/$jar.jar; done
        echo "[INFO] Building Portolan :: gateway :: core 9.8.7   [2/3]"
        """);
    linkTools();
    environment.put("PATH", bin().toString());
    environment.put("HOME", home().toString());
    environment.put("PORTOLAN_JDK_ROOTS", this.folder.resolve("jvm").toString());
  }

  static Path repositoryRoot() {
    for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("deploy/launcher"))) {
        return at;
      }
    }
    throw new IllegalStateException("not run inside the repository");
  }

  Path root() {
    return folder.resolve("checkout");
  }

  Path home() {
    return folder.resolve("home");
  }

  Path bin() {
    return folder.resolve("bin");
  }

  Path jvm() {
    return folder.resolve("jvm");
  }

  /** What the stand-in for Java was called with, one call a line. */
  List<String> javaCalls() throws IOException {
    var log = folder.resolve("java.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  /** How often Maven was called. */
  List<String> mavenCalls() throws IOException {
    var log = folder.resolve("maven.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  void set(String name, String value) {
    environment.put(name, value);
  }

  /** Puts a stand-in for a JDK at a place. */
  Path jdk(Path home, String version) throws IOException {
    return jdk(
        home,
        version,
        """
        for arg in "$@"; do
          case $arg in
            -XX:AOTCacheOutput=*) : > "${arg#*=}" ;;
          esac
        done
        echo "the program's output"
        """);
  }

  Path jdk(Path home, String version, String behaviour) throws IOException {
    write(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
    var recording =
        "#!/usr/bin/env bash\nprintf '%s ' \"$0\" \"$@\" >> "
            + folder.resolve("java.log")
            + "\necho >> "
            + folder.resolve("java.log")
            + "\n";
    script(home.resolve("bin/java"), recording + behaviour);
    script(home.resolve("bin/javac"), "#!/usr/bin/env bash\n");
    return home;
  }

  /** Makes Maven do this; it runs in the checkout. */
  void maven(String behaviour) throws IOException {
    script(
        root().resolve("mvnw"),
        "#!/usr/bin/env bash\nset -e\necho \"$JAVA_HOME $*\" >> "
            + folder.resolve("maven.log")
            + "\n"
            + behaviour);
  }

  Ended run(String... args) throws IOException, InterruptedException {
    return await(start(args));
  }

  Process start(String... args) throws IOException {
    return start(root().resolve("portolan"), args);
  }

  Process start(Path launcher, String... args) throws IOException {
    var command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    var output = Files.createTempDirectory(folder, "run");
    builder.redirectOutput(output.resolve("out").toFile());
    builder.redirectError(output.resolve("err").toFile());
    var process = builder.start();
    outputs.put(process.pid(), output);
    return process;
  }

  Ended await(Process process) throws IOException, InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the launcher did not end");
    }
    var output = outputs.getOrDefault(process.pid(), folder);
    return new Ended(
        process.exitValue(),
        Files.readString(output.resolve("out")),
        Files.readString(output.resolve("err")));
  }

  /** What a launcher that still runs said so far. */
  String errOf(Process process) throws IOException {
    return Files.readString(outputs.getOrDefault(process.pid(), folder).resolve("err"));
  }

  /** Makes a file look changed after the last build. */
  void change(String path) throws IOException {
    var file = root().resolve(path);
    write(file, "changed");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
  }

  private void linkTools() throws IOException {
    Files.createDirectories(bin());
    for (var tool : TOOLS) {
      for (var dir : System.getenv("PATH").split(":", -1)) {
        var file = Path.of(dir, tool);
        if (Files.isExecutable(file) && !Files.isDirectory(file)) {
          Files.createSymbolicLink(bin().resolve(tool), file);
          break;
        }
      }
    }
  }

  void script(Path file, String content) {
    try {
      write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!file.toFile().setExecutable(true)) {
      throw new IllegalStateException("cannot make " + file + " executable");
    }
  }

  static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
  }
}
