package io.portolan.e2e.toolchain;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Python environment with the pinned client and servers of PyPI. */
public final class Python {
  private static final String REMEDY =
      "install Python 3.10 or newer with venv and pip, and let pip reach its index once";
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Path environment;

  private Python(Path environment) {
    this.environment = environment;
  }

  /** Skips the calling test, visibly, when there is no Python or pip cannot fetch. */
  public static Python orSkip() {
    var requirements = Toolchain.pins().resolve("requirements.txt");
    return new Python(
        Toolchain.folder("pypi", REMEDY, List.of(requirements), dir -> fetch(dir, requirements)));
  }

  /** The command line of a server, for example "mcp-server-time". */
  public List<String> server(String name, String... arguments) {
    var command = new ArrayList<String>();
    command.add(environment.resolve("venv/bin").resolve(name).toString());
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }

  /** The command line of a script of the tests. */
  public List<String> script(Path script, String... arguments) {
    var command = new ArrayList<String>();
    command.add(environment.resolve("venv/bin/python").toString());
    command.add(script.toString());
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }

  private static void fetch(Path dir, Path requirements) throws IOException, InterruptedException {
    Command.output(dir, PATIENCE, List.of("python3", "-m", "venv", "venv"));
    Command.output(
        dir,
        PATIENCE,
        List.of(
            dir.resolve("venv/bin/pip").toString(),
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            requirements.toString()));
  }
}
