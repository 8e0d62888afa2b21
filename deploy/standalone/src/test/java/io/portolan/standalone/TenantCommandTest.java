package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.standalone.config.ConfigLoader;
import io.portolan.standalone.config.ConfigOutcome;
import io.portolan.standalone.config.Flags;
import io.portolan.standalone.servers.Surroundings;
import io.portolan.tenancy.TenantId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tenants from the command line and over the API, beside a gateway and without one. */
@SuppressWarnings("NullAway.Init")
class TenantCommandTest {
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
          + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";

  private final StringWriter err = new StringWriter();
  private final List<TenantId> made = new ArrayList<>();
  @TempDir private Path folder;

  private String done(String... arguments) {
    var out = new ByteArrayOutputStream();
    assertThat(run(out, arguments)).as(err.toString()).isEqualTo(ExitCode.OK);
    return out.toString(StandardCharsets.UTF_8);
  }

  private int run(ByteArrayOutputStream out, String... arguments) {
    var line = Main.commandLine(new Assembly(), new PrintStream(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true));
    var all = new ArrayList<>(List.of(arguments[0], arguments[1], "--data-dir", data().toString()));
    all.addAll(Arrays.asList(arguments).subList(2, arguments.length));
    return line.execute(all.toArray(String[]::new));
  }

  private void fails(String why, String... arguments) {
    assertThat(run(new ByteArrayOutputStream(), arguments)).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains(why);
  }

  private Path data() {
    return folder.resolve("data");
  }

  private RunningGateway gateway() throws IOException {
    var outcome =
        new ConfigLoader(Surroundings.ofProcess(), data())
            .load(
                new Flags(
                    Files.writeString(folder.resolve("p.yaml"), "access-log: off\n"),
                    List.of(),
                    "127.0.0.1",
                    0,
                    data(),
                    null));
    var usable = (ConfigOutcome.Usable) outcome;
    return new Assembly()
        .start(
            usable.config(),
            new StartupEvents() {
              @Override
              public void listening(URI endpoint) {}

              @Override
              public void tenantsMade(List<TenantId> tenants) {
                made.addAll(tenants);
              }

              @Override
              public void serverChanged(ServerStatus status) {}

              @Override
              public void ready(List<ServerStatus> servers) {}
            });
  }

  private record Asked(RunningGateway gateway, String bearer) {
    HttpResponse<String> send(String method, String path, String body) throws Exception {
      var request =
          HttpRequest.newBuilder(gateway.endpoint().resolve(path))
              .header("Authorization", "Bearer " + bearer)
              .header("Content-Type", "application/json")
              .header("Accept", "application/json, text/event-stream")
              .method(method, BodyPublishers.ofString(body))
              .build();
      try (var client = HttpClient.newHttpClient()) {
        return client.send(request, BodyHandlers.ofString());
      }
    }

    int status(String method, String path, String body) throws Exception {
      return send(method, path, body).statusCode();
    }

    int initialize() throws Exception {
      return status("POST", "/mcp", INITIALIZE);
    }
  }

  private Asked administrator(RunningGateway gateway) throws IOException {
    return new Asked(gateway, Files.readString(data().resolve("admin-key")).strip());
  }

  private Asked member(RunningGateway gateway, String tenant, String... more) {
    var arguments = new ArrayList<>(List.of("key", "create", "k", "--tenant", tenant));
    arguments.addAll(List.of(more));
    return new Asked(gateway, done(arguments.toArray(String[]::new)).strip());
  }

  @Test
  void theFirstStartMakesTheDevelopmentTenantAndSaysSo() throws Exception {
    try (var _ = gateway()) {
      assertThat(made).containsExactly(TenantId.DEVELOPMENT);
      assertThat(done("tenant", "list")).contains("development").contains("active");
    }
    made.clear();
    try (var _ = gateway()) {
      assertThat(made).isEmpty();
    }
  }

  @Test
  void withoutAGatewayTheStoreIsUsed() {
    assertThat(done("tenant", "list")).isEmpty();
    assertThat(data().resolve("store")).doesNotExist();
    assertThat(done("tenant", "create", "acme", "--name", "Acme Inc", "--residency", "eu"))
        .isEqualTo("acme" + System.lineSeparator());
    assertThat(done("tenant", "create").strip()).matches("[0-9a-f]{32}");
    assertThat(done("tenant", "show", "acme")).contains("Acme Inc", "active", "residency   eu");
    fails("is in use, was, or is reserved", "tenant", "create", "acme");
    fails("is in use, was, or is reserved", "tenant", "create", "portolan-system");
    fails("There is no such tenant", "tenant", "show", "none");
    fails("There is no such tenant", "key", "create", "k", "--tenant", "none");
    assertThat(done("tenant", "suspend", "acme")).contains("Suspended acme");
    assertThat(done("tenant", "list")).containsPattern("acme +suspended +Acme Inc");
    assertThat(done("tenant", "resume", "acme")).contains("Resumed acme");
    assertThat(done("tenant", "delete", "acme", "--yes")).contains("Deleted acme");
    fails("is in use, was, or is reserved", "tenant", "create", "acme");
    fails("There is no such tenant", "tenant", "show", "acme");
  }

  @Test
  void aSuspendedTenantsCallersAreToldAndOthersAreNotDisturbed() throws Exception {
    try (var gateway = gateway()) {
      done("tenant", "create", "acme");
      done("tenant", "create", "globex");
      var acme = member(gateway, "acme");
      var globex = member(gateway, "globex");
      assertThat(acme.initialize()).isEqualTo(200);
      done("tenant", "suspend", "acme");
      var told = acme.send("POST", "/mcp", INITIALIZE);
      assertThat(told.statusCode()).isEqualTo(403);
      assertThat(told.body()).contains("The tenant acme is suspended");
      assertThat(acme.status("GET", "/api/v1", "")).isEqualTo(403);
      assertThat(globex.initialize()).isEqualTo(200);
      done("tenant", "resume", "acme");
      assertThat(acme.initialize()).isEqualTo(200);
      done("tenant", "delete", "acme", "--yes");
      var gone = acme.send("POST", "/mcp", INITIALIZE);
      assertThat(gone.statusCode()).isEqualTo(403);
      assertThat(gone.body()).contains("The tenant acme was deleted");
      assertThat(globex.initialize()).isEqualTo(200);
    }
    try (var again = gateway()) {
      assertThat(made).as("not made again though it had keys").doesNotContain(new TenantId("acme"));
      assertThat(administrator(again).status("GET", "/api/v1/tenants/acme", "")).isEqualTo(404);
    }
  }

  @Test
  void openStreamsEndWhenTheirTenantIsSuspendedOrTheirKeyRevoked() throws Exception {
    try (var gateway = gateway();
        var client = HttpClient.newHttpClient()) {
      for (var end :
          List.of(List.of("tenant", "suspend", "acme"), List.of("key", "revoke", "KEY"))) {
        if (end.contains("suspend")) {
          done("tenant", "create", "acme");
        } else {
          done("tenant", "resume", "acme");
        }
        var acme = member(gateway, "acme");
        var session = acme.send("POST", "/mcp", INITIALIZE).headers().firstValue("Mcp-Session-Id");
        var request =
            HttpRequest.newBuilder(gateway.endpoint())
                .header("Authorization", "Bearer " + acme.bearer())
                .header("Accept", "text/event-stream")
                .header("Mcp-Session-Id", session.orElseThrow())
                .header("MCP-Protocol-Version", "2025-11-25")
                .build();
        var stream = client.send(request, BodyHandlers.ofLines());
        assertThat(stream.statusCode()).isEqualTo(200);
        var command = new ArrayList<>(end);
        command.replaceAll(word -> word.replace("KEY", acme.bearer().split("_", -1)[1]));
        if (command.contains("revoke")) {
          command.addAll(List.of("--tenant", "acme"));
        }
        done(command.toArray(String[]::new));
        var lines = new FutureTask<>(() -> stream.body().toList());
        Thread.ofVirtual().start(lines);
        assertThat(lines.get(60, TimeUnit.SECONDS))
            .as("to its end")
            .noneMatch(line -> line.contains("error"));
      }
    }
  }

  @Test
  void eachActsInTheirOwnTenantByTheirRoles() throws Exception {
    try (var gateway = gateway()) {
      done("tenant", "create", "acme");
      done("tenant", "create", "globex");
      var owner = member(gateway, "acme", "--role", "owner");
      var admin = member(gateway, "acme", "--role", "admin");
      var caller = member(gateway, "acme");
      var scoped = member(gateway, "acme", "--role", "owner", "--scope", "mcp:read");
      assertThat(owner.status("GET", "/api/v1/tenants/acme", "")).isEqualTo(200);
      assertThat(owner.status("GET", "/api/v1/tenants/globex", "")).isEqualTo(404);
      assertThat(owner.status("GET", "/api/v1/keys?tenant=globex", "")).isEqualTo(404);
      assertThat(owner.status("GET", "/api/v1/tenants", "")).isEqualTo(403);
      assertThat(owner.status("POST", "/api/v1/tenants/acme/suspend", "")).isEqualTo(403);
      assertThat(owner.status("POST", "/api/v1/tenants/globex/suspend", "")).isEqualTo(404);
      assertThat(caller.status("GET", "/api/v1/keys", "")).isEqualTo(403);
      assertThat(caller.status("GET", "/api/v1", "")).isEqualTo(200);
      var unscoped = scoped.send("GET", "/api/v1/keys", "");
      assertThat(unscoped.statusCode()).isEqualTo(403);
      assertThat(unscoped.headers().firstValue("WWW-Authenticate"))
          .contains("Bearer error=\"insufficient_scope\", scope=\"manage\"");
      assertThat(admin.status("POST", "/api/v1/keys", "{\"name\":\"x\"}")).isEqualTo(201);
    }
  }

  @Test
  void nobodyGivesMoreThanTheyHave() throws Exception {
    try (var gateway = gateway()) {
      done("tenant", "create", "acme");
      var owner = member(gateway, "acme", "--role", "owner");
      var admin = member(gateway, "acme", "--role", "admin", "--role", "ops");
      var limited = member(gateway, "acme", "--role", "owner", "--scope", "manage");
      var keys = "/api/v1/keys";
      assertThat(admin.status("POST", keys, "{\"name\":\"x\",\"roles\":[\"owner\"]}"))
          .isEqualTo(403);
      assertThat(admin.status("POST", keys, "{\"name\":\"x\",\"roles\":[\"root\"]}"))
          .isEqualTo(403);
      assertThat(admin.status("POST", keys, "{\"name\":\"x\",\"roles\":[\"ops\"]}")).isEqualTo(201);
      assertThat(owner.status("POST", keys, "{\"name\":\"x\",\"roles\":[\"owner\"]}"))
          .isEqualTo(201);
      assertThat(limited.status("POST", keys, "{\"name\":\"x\"}")).isEqualTo(403);
      assertThat(limited.status("POST", keys, "{\"name\":\"x\",\"scopes\":[\"manage\"]}"))
          .isEqualTo(201);
      var alice = "/api/v1/tenants/acme/members/corp%2Falice";
      assertThat(admin.status("PUT", alice, "{\"roles\":[\"owner\"]}")).isEqualTo(403);
      assertThat(owner.status("PUT", alice, "{\"roles\":[\"owner\"]}")).isEqualTo(200);
      assertThat(admin.status("PUT", alice, "{\"roles\":[]}")).as("taking").isEqualTo(403);
      assertThat(admin.status("DELETE", alice, "")).isEqualTo(403);
      assertThat(owner.status("DELETE", alice, "")).isEqualTo(200);
      assertThat(admin.status("PUT", "/api/v1/tenants/acme/roles/lead", "{}")).isEqualTo(403);
    }
  }

  @Test
  void membersAndRolesAreSetFromTheCommandLine() throws Exception {
    try (var _ = gateway()) {
      done("tenant", "create", "acme");
      done("tenant", "create", "globex");
      done("member", "set", "corp/alice", "--tenant", "acme", "--role", "lead", "--team", "red");
      done("role", "set", "lead", "--tenant", "acme", "--include", "developer");
      assertThat(done("member", "list", "--tenant", "acme"))
          .containsPattern("corp/alice +roles: lead  teams: red");
      assertThat(done("role", "list", "--tenant", "acme"))
          .containsPattern("lead +includes: developer");
      assertThat(done("member", "list", "--tenant", "globex")).isEmpty();
      assertThat(done("role", "list", "--tenant", "globex")).isEmpty();
      fails(
          "The tenant has no such member", "member", "remove", "corp/alice", "--tenant", "globex");
      fails("The tenant has no such role", "role", "remove", "lead", "--tenant", "globex");
      done("member", "remove", "corp/alice", "--tenant", "acme");
      done("role", "remove", "lead", "--tenant", "acme");
      assertThat(done("member", "list", "--tenant", "acme")).isEmpty();
      fails("includes standard roles", "role", "set", "x", "--tenant", "acme", "--include", "y");
    }
  }

  /**
   * LiteLLM CVE-2026-42271, and what OX and CSA found in April 2026: whoever may describe a server
   * to the API must not bring the gateway to start a program.
   */
  @Test
  void cve202642271NoEndpointTakesACommand() throws Exception {
    var proof = folder.resolve("started");
    try (var gateway = gateway()) {
      done("tenant", "create", "acme");
      var administrator = administrator(gateway);
      var owner = member(gateway, "acme", "--role", "owner");
      var listed = administrator.send("GET", "/api/v1", "").body();
      var found =
          Pattern.compile("\"method\":\"(POST|PUT|PATCH)\",\"path\":\"([^\"]*)\"").matcher(listed);
      var refused = 0;
      while (found.find()) {
        var target = found.group(2).replace("{tenant}", "acme").replaceAll("\\{\\w+}", "x");
        for (var body : commands(proof)) {
          for (var sender : List.of(administrator, owner)) {
            var status = sender.status(found.group(1), target, body);
            assertThat(status).as(found.group() + " " + body).isNotIn(500, 502, 503, 504);
            refused += status >= 400 ? 1 : 0;
          }
        }
      }
      assertThat(refused).as(listed).isGreaterThan(20);
    }
    assertThat(proof).doesNotExist();
  }

  private static List<String> commands(Path proof) {
    var command = "\"command\":\"touch\",\"args\":[\"" + proof + "\"]";
    return List.of(
        "{" + command + "}",
        "{\"name\":\"x\",\"url\":\"https://127.0.0.1/\",\"transport\":\"stdio\"," + command + "}",
        "{\"name\":\"x\",\"server\":{" + command + "}}",
        "{\"mcpServers\":{\"x\":{" + command + "}}}");
  }
}
