package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir Path folder;

  private final AtomicInteger starts = new AtomicInteger();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();

  @Test
  void aMistakeInAFileEndsWithTwoAndStartsNothing() throws IOException {
    var file = Files.writeString(folder.resolve("mcp.json"), "{\"mcpServers\": {\n\"a\": {}}}");
    assertThat(run("up", "--mcp-json", file.toString())).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(err.toString()).contains(file + ":2:1: ", "expected: ", "nothing was started");
    assertThat(starts).hasValue(0);
    assertThat(out.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up --port eighty",
        "up --prot 1",
        "sail",
        "stdio --url nowhere",
        "stdio --header x"
      })
  void aWrongCommandLineEndsWithTwo(String line) {
    assertThat(run(line.split(" "))).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(starts).hasValue(0);
  }

  @Test
  void theUrlOfARunningGatewayExcludesStartingOne() throws IOException {
    var file = Files.writeString(folder.resolve("mcp.json"), "{\"mcpServers\": {}}");
    assertThat(run("stdio", "--url", "http://127.0.0.1:1/mcp", "--mcp-json", file.toString()))
        .isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(err.toString()).contains("give only one");
  }

  @Test
  void aGatewayThatCannotStartSaysWhyWithoutATrace() {
    assertThat(run("up", "--data-dir", folder.toString())).isEqualTo(ExitCode.FAILED);
    assertThat(starts).hasValue(1);
    assertThat(err.toString()).isEqualTo("portolan: port 1 is taken\n");
  }

  @Test
  void theVersionNamesTheJdk() {
    assertThat(run("version")).isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("portolan ")
        .doesNotContain("${", "unknown")
        .contains("JDK " + Runtime.version());
  }

  @Test
  void theDoctorLooksCommandsUpAndDoesNotRunThem() throws IOException {
    var ran = folder.resolve("ran");
    var program = Files.writeString(folder.resolve("server"), "#!/bin/sh\ntouch " + ran + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    var file =
        Files.writeString(
            folder.resolve("mcp.json"),
            "{\"mcpServers\": {\"here\": {\"command\": \""
                + program
                + "\"},"
                + " \"gone\": {\"command\": \"/no/such/program\"}}}");
    assertThat(
            run(
                "doctor",
                "--mcp-json",
                file.toString(),
                "--port",
                "0",
                "--data-dir",
                folder.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("ok +server here +runs " + program)
        .containsPattern("note +server gone +there is no program")
        .containsPattern("ok +JDK +" + Runtime.version().feature());
    assertThat(ran).doesNotExist();
  }

  private int run(String... args) {
    GatewayStarter starter =
        (_, _) -> {
          starts.incrementAndGet();
          throw new IOException("port 1 is taken");
        };
    var line = Main.commandLine(starter, new PrintStream(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }
}
