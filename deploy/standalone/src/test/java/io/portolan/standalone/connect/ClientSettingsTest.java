package io.portolan.standalone.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;
import io.portolan.standalone.connect.Client.Places;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClientSettingsTest {
  private static final URI URL = URI.create("http://127.0.0.1:8080/mcp");
  private static final Connection OPEN = new Connection("portolan", URL, null, "/opt/portolan");
  private static final Connection KEYED = new Connection("portolan", URL, "KEY", "/opt/portolan");

  private static JsonView entry(Client client, String settings) {
    var root = JsonView.of(Slice.utf8(settings.strip()));
    var section = Objects.requireNonNull(root.view(client.section()));
    return Objects.requireNonNull(section.view("portolan"));
  }

  @ParameterizedTest
  @CsvSource({
    "CURSOR, url",
    "VSCODE, url",
    "CLAUDE, url",
    "WINDSURF, serverUrl",
    "GEMINI, httpUrl",
  })
  void aClientOfHttpGetsTheUrlAndReadsTheKeyFromItsEnvironment(Client client, String member) {
    var open = entry(client, ClientSettings.shown(client, OPEN));
    assertThat(open.string(member)).isEqualTo(URL.toString());
    assertThat(open.get("headers")).isNull();
    var keyed = entry(client, ClientSettings.shown(client, KEYED));
    var headers = Objects.requireNonNull(keyed.view("headers"));
    assertThat(headers.string("Authorization")).startsWith("Bearer $").contains("KEY}");
  }

  @Test
  void aClientThatStartsProgramsGetsTheBridge() {
    var open = ClientSettings.shown(Client.CLAUDE_DESKTOP, OPEN);
    assertThat(entry(Client.CLAUDE_DESKTOP, open).string("command")).isEqualTo("/opt/portolan");
    assertThat(open).contains("[\"stdio\",\"--url\",\"" + URL + "\"]");
    assertThat(ClientSettings.shown(Client.CLAUDE_DESKTOP, KEYED))
        .contains("\"--header\",\"Authorization=env:KEY\"");
  }

  @Test
  void codexGetsATable() {
    assertThat(ClientSettings.shown(Client.CODEX, KEYED))
        .isEqualTo(
            """
            [mcp_servers.portolan]
            url = "http://127.0.0.1:8080/mcp"
            bearer_token_env_var = "KEY"
            """);
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void whatIsWrittenIntoNoFileIsWhatIsShown(Client client, @TempDir Path folder) throws Exception {
    var file = folder.resolve("a/b.json");
    ClientSettings.write(client, OPEN, file);
    assertThat(file).hasContent(ClientSettings.shown(client, OPEN));
  }

  @Test
  void allElseStaysAsItIs(@TempDir Path folder) throws Exception {
    var file = folder.resolve("mcp.json");
    Files.writeString(
        file,
        """
        {
          // mine
          "other":   [1, 2],
          "mcpServers": {
            "a": {"command": "x"}, /* first */
          },
        }
        """);
    ClientSettings.write(Client.CURSOR, OPEN, file);
    assertThat(file)
        .hasContent(
            """
            {
              // mine
              "other":   [1, 2],
              "mcpServers": {
                "portolan": {
                  "url": "http://127.0.0.1:8080/mcp"
                },
                "a": {"command": "x"}, /* first */
              },
            }
            """);
    var again = new Connection("portolan", URI.create("http://h/mcp"), null, "p");
    ClientSettings.write(Client.CURSOR, again, file);
    assertThat(Files.readString(file))
        .containsOnlyOnce("portolan")
        .contains("http://h/mcp", "// mine", "/* first */");
  }

  @Test
  void anEmptySectionAndAMissingOneAreFilled() throws Exception {
    var entry = "{}";
    assertThat(JsonSettings.with("{\"s\":{}}", "s", "n", entry))
        .isEqualTo("{\"s\":{\n    \"n\": {}\n  }}");
    assertThat(JsonSettings.with("{}", "s", "n", entry))
        .isEqualTo("{\n  \"s\": {\n    \"n\": {}\n  }\n}");
    assertThat(JsonSettings.with("{\"a\":1}", "s", "n", entry))
        .isEqualTo("{\n  \"s\": {\n    \"n\": {}\n  },\"a\":1}");
    assertThat(JsonSettings.with("{\"s\":{\"n\":\"old\"}}", "s", "n", entry))
        .isEqualTo("{\"s\":{\"n\":{}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"mcpServers\":[]} | is not an object",
        "[] | not a JSON object",
        "{\"a\": | not valid JSON in line 1",
        "{} {} | behind its end",
      })
  void aFileThatIsNotUnderstoodStaysAsItIs(String text, String why, @TempDir Path folder)
      throws Exception {
    var file = folder.resolve("mcp.json");
    Files.writeString(file, text);
    assertThatThrownBy(() -> ClientSettings.write(Client.CURSOR, OPEN, file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why);
    assertThat(file).hasContent(text);
    assertThat(folder).isDirectoryContaining("glob:**/mcp.json");
    try (var left = Files.list(folder)) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void aTableThatIsThereIsNotMadeTwice(@TempDir Path folder) throws Exception {
    var file = folder.resolve("config.toml");
    Files.writeString(file, "model = \"m\"");
    ClientSettings.write(Client.CODEX, OPEN, file);
    assertThat(file).hasContent("model = \"m\"\n\n" + ClientSettings.shown(Client.CODEX, OPEN));
    assertThatThrownBy(() -> ClientSettings.write(Client.CODEX, OPEN, file))
        .hasMessageContaining("[mcp_servers.portolan] already");
  }

  @Test
  void permissionsAndLinksStay(@TempDir Path folder) throws Exception {
    var real = folder.resolve("real.json");
    Files.writeString(real, "{}");
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-------"));
    var link = Files.createSymbolicLink(folder.resolve("mcp.json"), real);
    ClientSettings.write(Client.CURSOR, OPEN, link);
    assertThat(link).isSymbolicLink();
    assertThat(Files.readString(real)).contains("portolan");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
        .isEqualTo("rw-------");
  }

  @Test
  void filesAreWhereTheClientsLookForThem() {
    var home = Path.of("/home/ann");
    var here = Path.of("/home/ann/app");
    var own = new Places(home, here, null, Map.of(), "Linux");
    assertThat(ClientSettings.file(Client.CURSOR, own)).hasToString("/home/ann/.cursor/mcp.json");
    assertThat(ClientSettings.file(Client.CLAUDE, own)).hasToString("/home/ann/app/.mcp.json");
    assertThat(ClientSettings.file(Client.CLAUDE_DESKTOP, own))
        .hasToString("/home/ann/.config/Claude/claude_desktop_config.json");
    var mac = new Places(home, here, Path.of("/p"), Map.of(), "Mac OS X");
    assertThat(ClientSettings.file(Client.CLAUDE_DESKTOP, mac))
        .hasToString("/home/ann/Library/Application Support/Claude/claude_desktop_config.json");
    assertThat(ClientSettings.file(Client.VSCODE, mac)).hasToString("/p/.vscode/mcp.json");
  }
}
