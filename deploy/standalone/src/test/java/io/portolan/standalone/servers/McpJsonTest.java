package io.portolan.standalone.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.registry.SecretReferences;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDefinition.WorkingDirectory;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McpJsonTest {
  @TempDir Path folder;

  private final Findings findings = new Findings();

  @Test
  void claudeDesktopsFileIsReadAsItIs() throws IOException {
    var servers =
        read(
            """
            {
              "mcpServers": {
                "filesystem": {
                  "command": "npx",
                  "args": ["-y", "@modelcontextprotocol/server-filesystem", "/tmp"],
                  "env": {"DEBUG": "1", "PORT": 8080, "VERBOSE": true}
                }
              }
            }
            """);
    assertThat(servers)
        .containsExactly(
            new ServerDefinition.Stdio(
                "filesystem",
                "npx",
                List.of("-y", "@modelcontextprotocol/server-filesystem", "/tmp"),
                Map.of("DEBUG", "1", "PORT", "8080", "VERBOSE", "true"),
                new WorkingDirectory.Inherited(),
                Duration.ofSeconds(60)));
    assertThat(findings.problems()).isEmpty();
  }

  @Test
  void referencesToSecretsStayReferences() throws IOException {
    var servers =
        read(
            """
            {"mcpServers": {
              "remote": {
                "url": "https://example.com/mcp?key=${secret:key}",
                "headers": {"Authorization": "Bearer ${secret:token}"}
              },
              "local": {"command": "ls", "args": ["${secret:arg}"], "env": {"A": "${secret:env}"}}
            }}
            """);
    assertThat(findings.problems()).isEmpty();
    assertThat(SecretReferences.in(servers.get(0))).containsExactlyInAnyOrder("key", "token");
    assertThat(SecretReferences.in(servers.get(1))).containsExactlyInAnyOrder("arg", "env");
    assertThat(findings.notices()).anyMatch(notice -> notice.contains("\"args\""));
  }

  @Test
  void aSecretHasNoPlaceInAHostOrAProgramsName() throws IOException {
    var _ =
        read(
            """
            {"mcpServers": {
              "a": {"url": "https://${secret:host}/mcp"},
              "b": {"command": "${secret:program}"},
              "c": {"url": "https://example.com/mcp", "headers": {"X-A": "${secret:a b}"}}
            }}
            """);
    assertThat(findings.problems()).hasSize(3);
  }

  @Test
  void vsCodesFileMayHaveCommentsTrailingCommasAndInputs() throws IOException {
    var servers =
        read(
            """
            {
              // what VS Code writes
              "inputs": [{"id": "key", "type": "promptString"}],
              "servers": {
                "remote": {"type": "http", "url": "https://example.com/mcp", "headers": {"X-A": "b",},},
                "local": {"type": "stdio", "command": "uvx", /* inline */ "args": ["mcp-server-time"]},
              },
            }
            """);
    assertThat(findings.problems()).isEmpty();
    assertThat(servers).extracting(ServerDefinition::name).containsExactly("remote", "local");
    assertThat(servers.getFirst())
        .isInstanceOfSatisfying(
            ServerDefinition.Http.class,
            http -> {
              assertThat(http.transport()).isEqualTo(HttpTransport.STREAMABLE);
              assertThat(http.headers()).containsExactly(Map.entry("X-A", "b"));
            });
  }

  @ParameterizedTest
  @CsvSource({
    "'\"url\": \"http://h/mcp\"', DETECT",
    "'\"serverUrl\": \"http://h/mcp\"', DETECT",
    "'\"httpUrl\": \"http://h/mcp\"', STREAMABLE",
    "'\"url\": \"http://h/mcp\", \"type\": \"remote\"', DETECT",
    "'\"url\": \"http://h/mcp\", \"type\": \"streamableHttp\"', STREAMABLE",
    "'\"url\": \"http://h/mcp\", \"type\": \"streamable-http\"', STREAMABLE",
    "'\"url\": \"http://h/mcp\", \"transport\": \"http\"', STREAMABLE",
    "'\"url\": \"http://h/sse\", \"type\": \"sse\"', SSE",
  })
  void eachWayToNameARemoteServerIsUnderstood(String members, HttpTransport transport)
      throws IOException {
    var servers = read("{\"mcpServers\": {\"a\": {" + members + "}}}");
    assertThat(findings.problems()).isEmpty();
    assertThat(servers)
        .singleElement()
        .isInstanceOfSatisfying(
            ServerDefinition.Http.class, http -> assertThat(http.transport()).isEqualTo(transport));
  }

  @Test
  void membersOfOtherProgramsAreLeftAlone() throws IOException {
    read(
        """
        {"mcpServers": {"a": {"command": "sh", "autoApprove": ["x"], "alwaysAllow": true,
          "icon": null, "dev": {"watch": "src"}}}, "globalShortcut": ""}
        """);
    assertThat(findings.problems()).isEmpty();
  }

  @Test
  void aDisabledServerIsLeftOutAndSaid() throws IOException {
    var servers =
        read(
            """
            {"mcpServers": {
              "off": {"command": "sh", "disabled": true},
              "out": {"command": "sh", "enabled": false},
              "on": {"command": "sh", "disabled": false}
            }}
            """);
    assertThat(servers).extracting(ServerDefinition::name).containsExactly("on");
    assertThat(findings.notices())
        .satisfiesExactly(
            first -> assertThat(first).contains("mcp.json:2:", "\"off\" is left out"),
            second -> assertThat(second).contains("mcp.json:3:", "\"out\" is left out"));
  }

  @Test
  void variablesAreReplacedInEveryText() throws IOException {
    var servers =
        read(
            """
            {"mcpServers": {
              "a": {"command": "${TOOL}", "args": ["${env:NAME}", "${ABSENT:-fallback}", "$HOME ${x%y}"],
                    "env": {"A": "<${NAME}>"}, "cwd": "${workspaceFolder}/sub"},
              "b": {"url": "https://${NAME}.example.com/mcp", "headers": {"Authorization": "Bearer ${NAME}"}}
            }}
            """);
    assertThat(findings.problems()).isEmpty();
    assertThat(servers.getFirst())
        .isInstanceOfSatisfying(
            ServerDefinition.Stdio.class,
            stdio -> {
              assertThat(stdio.command()).isEqualTo("sh");
              assertThat(stdio.args()).containsExactly("value", "fallback", "$HOME ${x%y}");
              assertThat(stdio.env()).containsExactly(Map.entry("A", "<value>"));
              assertThat(stdio.workingDirectory())
                  .isEqualTo(new WorkingDirectory.At(folder.resolve("sub")));
            });
    assertThat(servers.getLast())
        .isInstanceOfSatisfying(
            ServerDefinition.Http.class,
            http -> {
              assertThat(http.url()).hasToString("https://value.example.com/mcp");
              assertThat(http.headers()).containsEntry("Authorization", "Bearer value");
            });
  }

  @Test
  void theWorkspaceOfAFileInADotFolderIsAboveIt() throws IOException {
    var dotFolder = Files.createDirectory(folder.resolve(".vscode"));
    var file =
        Files.writeString(
            dotFolder.resolve("mcp.json"),
            "{\"servers\": {\"a\": {\"command\": \"sh\", \"args\": [\"${workspaceFolder}\"]}}}");
    var reader = reader();
    reader.addFile(file);
    assertThat(reader.definitions())
        .singleElement()
        .isInstanceOfSatisfying(
            ServerDefinition.Stdio.class,
            stdio -> assertThat(stdio.args()).containsExactly(folder.toString()));
  }

  @Test
  void anEnvFileIsReadAndOverruledByEnv() throws IOException {
    Files.writeString(
        folder.resolve(".env"), "# a comment\nexport A=1\nB=\"two words\"\n\nC='x=y'\n");
    var servers =
        read(
            "{\"servers\": {\"a\": {\"command\": \"sh\", \"envFile\": \".env\", \"env\": {\"A\": \"2\"}}}}");
    assertThat(servers)
        .singleElement()
        .isInstanceOfSatisfying(
            ServerDefinition.Stdio.class,
            stdio ->
                assertThat(stdio.env())
                    .containsOnly(
                        Map.entry("A", "2"), Map.entry("B", "two words"), Map.entry("C", "x=y")));
  }

  @ParameterizedTest
  @CsvSource({
    "45, 45000",
    "0.5, 500",
    "3600, 600000",
    "30000, 30000",
    "'\"90s\"', 90000",
    "'\"2m\"', 120000"
  })
  void timeoutsAreHonouredInEitherUnit(String written, long millis) throws IOException {
    var servers =
        read("{\"mcpServers\": {\"a\": {\"command\": \"sh\", \"timeout\": " + written + "}}}");
    assertThat(servers)
        .extracting(server -> server.callTimeout().toMillis())
        .containsExactly(millis);
  }

  @Test
  void everyMistakeIsListedWithItsPlace() throws IOException {
    var servers =
        read(
            """
            {"mcpServers": {
              "both": {"command": "sh", "url": "http://h/mcp"},
              "neither": {"args": []},
              "type": {"command": 7},
              "args": {"command": "sh", "args": "-y"},
              "scheme": {"url": "ftp://h/mcp"},
              "unset": {"command": "${NOT_SET}"},
              "word": {"url": "http://h/mcp", "type": "websocket"},
              "number": 3,
              "secret": {"url": "https://me:pw@h/mcp"},
              "header": {"url": "http://h/mcp", "headers": {"A b": "c"}},
              "time": {"command": "sh", "timeout": "soon"}
            }}
            """);
    assertThat(servers).extracting(ServerDefinition::name).doesNotContain("both", "neither");
    assertThat(findings.problems().stream().map(problem -> problem.at().line()))
        .containsExactly(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(findings.problems().getFirst())
        .satisfies(
            problem -> {
              assertThat(problem.at().column()).isEqualTo(29);
              assertThat(problem.wrong()).contains("\"both\"", "\"command\"", "\"url\"");
              assertThat(problem.expected()).contains("not both");
            });
    assertThat(findings.problems().toString()).doesNotContain("me:pw");
  }

  @Test
  void aSyntaxErrorNamesItsLine() throws IOException {
    read("{\n  \"mcpServers\": {\n    \"a\": {\"command\": \"sh\" \"args\": []}\n  }\n}\n");
    assertThat(findings.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.at().line()).isEqualTo(3);
              assertThat(problem.wrong()).startsWith("not valid JSON");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "'[]', an array", "'\"text\"', a string", "'{}', neither \"mcpServers\" nor \"servers\"",
    "'{\"mcpServers\": []}', an array", "'', empty", "'{} {}', after the end"
  })
  void aFileWithoutServersIsAMistake(String content, String said) throws IOException {
    read(content);
    assertThat(findings.problems())
        .singleElement()
        .extracting(Problem::wrong)
        .asString()
        .contains(said);
  }

  @Test
  void aNameIsUniqueOverAllFiles() throws IOException {
    var reader = reader();
    var first = write("first.json", "{\"mcpServers\": {\"a\": {\"command\": \"sh\"}}}");
    var second = write("second.json", "{\"mcpServers\": {\n\"a\": {\"command\": \"sh\"}}}");
    reader.addFile(first);
    reader.addFile(second);
    assertThat(findings.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.at()).hasToString(second + ":2:1");
              assertThat(problem.wrong()).contains("already defined at " + first + ":1:17");
            });
  }

  @Test
  void aNameTwiceInOneFileIsAMistake() throws IOException {
    read("{\"mcpServers\": {\"a\": {\"command\": \"sh\"}, \"a\": {\"url\": \"http://h/mcp\"}}}");
    assertThat(findings.problems())
        .singleElement()
        .extracting(Problem::wrong)
        .asString()
        .contains("already given");
  }

  @Test
  void aMissingFileIsAMistake() {
    reader().addFile(folder.resolve("absent.json"));
    assertThat(findings.problems())
        .singleElement()
        .extracting(Problem::wrong)
        .asString()
        .contains("no such file");
  }

  @Test
  void aProgramThatIsNotThereIsOnlyNoted() throws IOException {
    var servers = read("{\"mcpServers\": {\"a\": {\"command\": \"surely-not-installed\"}}}");
    assertThat(servers).hasSize(1);
    assertThat(findings.problems()).isEmpty();
    assertThat(findings.notices())
        .singleElement()
        .asString()
        .contains("\"a\" will be down: no program \"surely-not-installed\" on PATH");
  }

  @Test
  void whatOnlyTheIdeKnowsIsAMistakeThatSaysSo() throws IOException {
    read("{\"servers\": {\"a\": {\"command\": \"sh\", \"env\": {\"K\": \"${input:key}\"}}}}");
    assertThat(findings.problems())
        .singleElement()
        .extracting(Problem::wrong)
        .asString()
        .contains("${input:key} is filled in by the IDE");
  }

  @Test
  void deepAndLargeFilesAreRefused() throws IOException {
    read("{\"a\":".repeat(100) + "1" + "}".repeat(100));
    assertThat(findings.problems())
        .singleElement()
        .extracting(Problem::wrong)
        .asString()
        .contains("not valid JSON");
  }

  private List<ServerDefinition> read(String content) throws IOException {
    var reader = reader();
    reader.addFile(write("mcp.json", content));
    return reader.definitions();
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private McpJson reader() {
    var variables =
        Map.of("TOOL", "sh", "NAME", "value", "PATH", String.valueOf(System.getenv("PATH")));
    return new McpJson(
        new Surroundings(variables, folder, folder), findings, Duration.ofSeconds(60));
  }
}
