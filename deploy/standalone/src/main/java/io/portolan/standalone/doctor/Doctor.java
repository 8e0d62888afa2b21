package io.portolan.standalone.doctor;

import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.WorkingDirectory;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.servers.Programs;
import io.portolan.standalone.servers.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at what a gateway with one configuration needs. Blocks for some seconds at most. */
public final class Doctor {
  private final Surroundings surroundings;
  private final Programs programs;

  /** Looks at these surroundings. */
  public Doctor(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.programs = new Programs(surroundings);
  }

  /** All checks, in the order to read them. */
  public List<Check> examine(PortolanConfig config) throws InterruptedException {
    var checks = new ArrayList<Check>();
    checks.add(jdk());
    checks.add(new PortCheck(config.listen()).look());
    checks.add(dataDir(config.dataDir()));
    for (var server : config.servers()) {
      checks.add(server(server));
    }
    var tools = new ToolCheck(programs, surroundings.directory());
    checks.add(tools.look("node", "MCP servers from npm; install Node.js 22 or newer"));
    checks.add(tools.look("npx", "MCP servers from npm; comes with Node.js"));
    checks.add(tools.look("python3", "MCP servers from PyPI; install Python 3.10 or newer"));
    checks.add(tools.look("uvx", "MCP servers from PyPI run with uvx; install uv"));
    checks.add(tools.look("nginx", "the comparison in ./portolan bench"));
    return checks;
  }

  private static Check jdk() {
    var found = Runtime.version() + " at " + System.getProperty("java.home");
    return Runtime.version().feature() >= 25
        ? Check.ok("JDK", found)
        : Check.fail("JDK", found + " is older than 25");
  }

  private static Check dataDir(Path dataDir) {
    try {
      Files.createDirectories(dataDir);
      var probe = Files.createTempFile(dataDir, "doctor", null);
      Files.delete(probe);
      var free = Files.getFileStore(dataDir).getUsableSpace() >> 20;
      return free < 100
          ? Check.note("data dir", dataDir + " has only " + free + " MiB left")
          : Check.ok("data dir", dataDir + " can be written");
    } catch (IOException e) {
      return Check.fail(
          "data dir", dataDir + " cannot be written (" + e + "); choose another with --data-dir");
    }
  }

  /** A command is looked up and not run. */
  private Check server(ServerDefinition server) {
    var subject = "server " + server.name();
    return switch (server) {
      case ServerDefinition.Http http -> Check.ok(subject, "at " + http.url());
      case ServerDefinition.OpenApi api -> {
        var file = api.terms().file();
        yield file == null || Files.isReadable(file)
            ? Check.ok(subject, "by " + (file == null ? api.at().url() : file))
            : Check.note(subject, "its document " + file + " cannot be read");
      }
      case ServerDefinition.Unusable unusable -> Check.note(subject, unusable.reason());
      case ServerDefinition.Stdio stdio -> {
        var directory =
            switch (stdio.workingDirectory()) {
              case WorkingDirectory.At(var path) -> path;
              case WorkingDirectory.Inherited() -> surroundings.directory();
            };
        if (!Files.isDirectory(directory)) {
          yield Check.note(subject, "its folder " + directory + " is not there");
        }
        yield programs
            .find(stdio.command(), directory)
            .map(found -> Check.ok(subject, "runs " + found))
            .orElseGet(
                () ->
                    Check.note(
                        subject,
                        "there is no program \""
                            + stdio.command()
                            + "\"; it will be shown as down"));
      }
    };
  }
}
