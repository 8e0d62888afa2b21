package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.standalone.ServerStatus.State;
import io.portolan.tenancy.TenantId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BannerTest {
  private static final URI ENDPOINT = URI.create("http://127.0.0.1:4711/mcp");

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Banner banner =
      new Banner(
          new PrintStream(printed, true, StandardCharsets.UTF_8),
          new BuildInfo("1.2.3", "abc1234"),
          List.of(Path.of("mcp.json")));

  @Test
  void scriptsFindTheEndpointOnce() {
    banner.listening(ENDPOINT);
    assertThat(text().lines().filter(line -> line.matches(".*endpoint\\s+(http://\\S+/mcp).*")))
        .singleElement()
        .asString()
        .endsWith("http://127.0.0.1:4711/mcp");
  }

  @Test
  void eachWayToConnectIsShown() {
    banner.listening(ENDPOINT);
    assertThat(text())
        .contains(
            "portolan 1.2.3 (abc1234)",
            "claude mcp add --transport http portolan " + ENDPOINT,
            "{\"mcpServers\": {\"portolan\": {\"url\": \"" + ENDPOINT + "\"}}}",
            "{\"servers\": {\"portolan\": {\"type\": \"http\", \"url\": \"" + ENDPOINT + "\"}}}",
            "stdio --url " + ENDPOINT);
  }

  @Test
  void eachServerHasALineAndReadyComesLast() {
    var up = new ServerStatus("files", State.UP, "2025-11-25", 14, "", Duration.ofMillis(812));
    var down =
        new ServerStatus("memory", State.DOWN, "", 0, "no program \"npx\"", Duration.ofMillis(3));
    banner.listening(ENDPOINT);
    banner.serverChanged(up);
    banner.serverChanged(down);
    banner.ready(List.of(up, down));
    var lines = text().lines().toList();
    assertThat(lines.get(lines.size() - 3))
        .matches("  up +files +14 tools, 2025-11-25 \\(0.8 s\\)");
    assertThat(lines.get(lines.size() - 2)).matches("  down +memory +no program \"npx\"");
    assertThat(lines.getLast()).matches("Ready in \\S+ s: 1 of 2 servers up, 14 tools\\..*");
  }

  @Test
  void tenantsThatWereMadeAreNamed() {
    banner.listening(ENDPOINT);
    banner.tenantsMade(List.of());
    assertThat(text()).doesNotContain("Tenants");
    banner.tenantsMade(List.of(TenantId.DEVELOPMENT));
    assertThat(text()).containsPattern("Tenants\\R  made +development");
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
