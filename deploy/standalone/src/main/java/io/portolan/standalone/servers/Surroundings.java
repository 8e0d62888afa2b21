package io.portolan.standalone.servers;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What of the process's surroundings a file may refer to.
 *
 * @param variables the environment variables; values may be secrets
 * @param home the user's home directory
 * @param directory the directory that relative paths start from
 */
public record Surroundings(Map<String, String> variables, Path home, Path directory) {
  public Surroundings {
    variables = Map.copyOf(variables);
  }

  /** Those of this process. */
  public static Surroundings ofProcess() {
    return new Surroundings(
        System.getenv(),
        Path.of(System.getProperty("user.home", "/")),
        Path.of("").toAbsolutePath());
  }

  /** A variable that is set and not empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  @Override
  public String toString() {
    return "Surroundings[directory=" + directory + "]";
  }
}
