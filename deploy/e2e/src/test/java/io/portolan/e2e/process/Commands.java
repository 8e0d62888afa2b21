package io.portolan.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Commands of the distribution on a test's data directory, as somebody types them. */
public final class Commands {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Commands() {}

  /**
   * Runs a command with {@code --data-dir}.
   *
   * @param expected its exit code
   * @return what it said on standard output
   */
  public static String run(Path dir, int expected, String... arguments) throws Exception {
    return run(dir, expected, List.of(arguments));
  }

  /** The same. */
  public static String run(Path dir, int expected, List<String> arguments) throws Exception {
    var all = new ArrayList<>(arguments);
    all.addAll(List.of("--data-dir", dir.resolve("data").toString()));
    try (var command = GatewayProcess.run(dir, all.toArray(String[]::new))) {
      var code = command.exitCode(PATIENCE);
      command.stdout().awaitEnd(PATIENCE);
      var said = String.join("\n", command.stdout().lines());
      assertThat(code)
          .as("%s said: %s, and on stderr: %s", all, said, command.stderr().tail())
          .isEqualTo(expected);
      return said;
    }
  }
}
