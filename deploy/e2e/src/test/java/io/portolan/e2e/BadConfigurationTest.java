package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file with an error: the line is named, and nothing is started. */
@NeedsDistribution
class BadConfigurationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path dir;

  /** A file, the line its error is on, and what the message must mention. */
  record Bad(String what, String text, int line, List<String> named) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Bad> files() {
    return Stream.of(
        new Bad(
            "a comma that is missing",
            """
            {
              "mcpServers": {
                "a": { "command": "touch", "args": ["STARTED"] }
                "b": { "command": "true" }
              }
            }
            """,
            4,
            List.of()),
        new Bad(
            "a number as command",
            """
            {
              "mcpServers": {
                "first": { "command": "touch", "args": ["STARTED"] },
                "second": {
                  "command": 7
                }
              }
            }
            """,
            5,
            List.of("command")),
        new Bad(
            "neither command nor url",
            """
            {
              "mcpServers": {
                "first": { "command": "touch", "args": ["STARTED"] },
                "lost": { "args": [] }
              }
            }
            """,
            4,
            List.of("lost", "command", "url")),
        new Bad(
            "a URL that is none",
            """
            {
              "mcpServers": {
                "first": { "command": "touch", "args": ["STARTED"] },
                "far": {
                  "url": "ftp://example.org/mcp"
                }
              }
            }
            """,
            5,
            // not the URL itself: it may hold a key
            List.of("url", "ftp", "https://")),
        new Bad(
            "a variable that is not set",
            """
            {
              "mcpServers": {
                "first": { "command": "touch", "args": ["STARTED"] },
                "secret": { "command": "true", "env": {
                  "KEY": "${PORTOLAN_E2E_NOT_SET}" } }
              }
            }
            """,
            5,
            List.of("PORTOLAN_E2E_NOT_SET")));
  }

  @ParameterizedTest
  @MethodSource("files")
  void isNamedByItsLineAndNothingIsStarted(Bad bad) throws Exception {
    var started = dir.resolve("started");
    var file =
        Files.writeString(
            dir.resolve("bad-mcp.json"), bad.text().replace("STARTED", started.toString()));
    try (var gateway = GatewayProcess.starting(dir, file)) {
      assertThat(gateway.exitCode(PATIENCE)).isEqualTo(2);
      gateway.stderr().awaitEnd(PATIENCE);
      var said = String.join("\n", gateway.stderr().lines());
      assertThat(said).contains("bad-mcp.json").containsPattern("\\b" + bad.line() + "\\b");
      for (var name : bad.named()) {
        assertThat(said).contains(name);
      }
      assertThat(said).doesNotContain("Exception").doesNotContain("\tat ");
      assertThat(gateway.stdout().lines()).noneMatch(line -> line.contains("endpoint"));
      assertThat(started).as("the good server beside it").doesNotExist();
    }
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws Exception {
    try (var gateway = GatewayProcess.starting(dir, dir.resolve("nowhere.json"))) {
      assertThat(gateway.exitCode(PATIENCE)).isEqualTo(2);
      gateway.stderr().awaitEnd(PATIENCE);
      assertThat(String.join("\n", gateway.stderr().lines())).contains("nowhere.json");
    }
  }

  @Test
  void aFlagThatIsUnknownIsNamed() throws Exception {
    try (var gateway = GatewayProcess.run(dir, "up", "--prot", "0")) {
      assertThat(gateway.exitCode(PATIENCE)).isEqualTo(2);
      gateway.stderr().awaitEnd(PATIENCE);
      assertThat(String.join("\n", gateway.stderr().lines())).contains("--prot").contains("--port");
    }
  }

  @Test
  void theVersionIsPrinted() throws Exception {
    try (var gateway = GatewayProcess.run(dir, "version")) {
      assertThat(gateway.exitCode(PATIENCE)).isZero();
      gateway.stdout().awaitEnd(PATIENCE);
      assertThat(gateway.stdout().tail()).containsPattern("\\d+\\.\\d+\\.\\d+");
    }
  }
}
