package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.Commands;
import io.portolan.e2e.process.EverythingProcess;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.tenants.Actor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is registered with one command, and is its tenant's alone. */
@NeedsDistribution
class RegistrationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path dir;
  private static EverythingProcess every;
  private static GatewayProcess gateway;
  private static Actor acme;
  private static Actor globex;

  @BeforeAll
  static void start() throws Exception {
    every = EverythingProcess.start("--era", "MODERN");
    gateway =
        GatewayProcess.configured(
            dir,
            """
            anonymous-access: off
            outbound:
              origins: ["http://127.0.0.1:*", "http://localhost:*"]
            servers: {}
            """);
    acme = member("acme");
    globex = member("globex");
  }

  private static Actor member(String tenant) throws Exception {
    var key = Files.readString(dir.resolve("data/admin-key")).strip();
    try (var administrator = new Actor(gateway.endpoint(), key)) {
      var made = administrator.api("POST", "/api/v1/tenants", "{\"id\":\"" + tenant + "\"}");
      assertThat(made.status()).as(made.body()).isEqualTo(201);
      var told =
          administrator.api(
              "POST",
              "/api/v1/keys?tenant=" + tenant,
              "{\"name\":\"k\",\"roles\":[\"developer\",\"caller\"]}");
      return new Actor(gateway.endpoint(), JsonText.of(told.body()).string("key"));
    }
  }

  @AfterAll
  static void stop() {
    Closing.all(acme, globex, gateway, every);
  }

  private static String server(int expected, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of("server"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--tenant", "acme"));
    return Commands.run(dir, expected, all);
  }

  @Test
  void aServerIsRegisteredWithOneCommandAndCalledByItsTenantAlone() throws Exception {
    var url = every.url().toString();
    assertThat(server(0, "check", "com.acme/every", url)).contains("every__echo", "2026-07-28");
    assertThat(acme.modern("tools/list", "").body()).doesNotContain("every__echo");
    assertThat(server(0, "add", "com.acme/every", url, "--approve"))
        .contains("Registered com.acme/every 1.0.0");
    Eventually.isSo(
        "it is listed",
        PATIENCE,
        () -> acme.modern("tools/list", "").body().contains("every__echo"));
    var call = "\"name\":\"every__echo\",\"arguments\":{\"message\":\"hello there\"}";
    assertThat(acme.modern("tools/call", call).body()).contains("hello there");
    assertThat(globex.modern("tools/list", "").body()).doesNotContain("every__echo");
    assertThat(globex.modern("tools/call", call).body()).doesNotContain("hello there");
    assertThat(server(0, "list")).contains("com.acme/every", "1.0.0");

    assertThat(server(0, "remove", "com.acme/every")).contains("Removed com.acme/every 1.0.0");
    Eventually.isSo(
        "it is listed no more",
        PATIENCE,
        () -> !acme.modern("tools/list", "").body().contains("every__echo"));
  }

  @Test
  void theRegistryApiIsServedToWhoHasAKeyOfTheTenant() throws Exception {
    for (var base : List.of("/v0.1", "/v0")) {
      var name = "com.acme/described" + base.length();
      var published =
          acme.api(
              "POST",
              base + "/publish",
              """
              {"$schema":"https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",\
              "name":"%s","description":"d","version":"1.0.0"}"""
                  .formatted(name));
      assertThat(published.status()).as(published.body()).isEqualTo(200);
      var at = base + "/servers/" + name.replace("/", "%2F") + "/versions/latest";
      var shown = acme.api("GET", at, "");
      assertThat(shown.status()).as(shown.body()).isEqualTo(200);
      assertThat(shown.json().string("server", "name")).isEqualTo(name);
      assertThat(acme.api("GET", base + "/servers", "").body()).contains(name);
      assertThat(globex.api("GET", at, "").status()).isEqualTo(404);
      assertThat(gateway.get(base + "/servers").status()).isEqualTo(401);
    }
  }

  @Test
  void whatMayNotBeReachedIsRefusedWithWhatToDo() throws Exception {
    server(1, "add", "com.acme/metadata", "http://169.254.169.254/latest/meta-data");
    server(1, "add", "com.acme/inside", "https://10.0.0.1/mcp");
    server(1, "add", "com.acme/nowhere", "http://127.0.0.1:1/mcp");
    assertThat(server(0, "list"))
        .doesNotContain("com.acme/metadata", "com.acme/inside", "com.acme/nowhere");
    var told =
        acme.api(
            "POST",
            "/api/v1/servers",
            "{\"name\":\"com.acme/inside\",\"url\":\"https://[fd00:ec2::254]/\"}");
    assertThat(told.status()).isEqualTo(422);
    assertThat(told.body()).contains("not on the public internet");
  }
}
