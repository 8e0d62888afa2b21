package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.standalone.config.ConfigLoader;
import io.portolan.standalone.config.ConfigOutcome;
import io.portolan.standalone.config.Flags;
import io.portolan.standalone.servers.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys made and revoked from the command line, beside a gateway and without one. */
@SuppressWarnings("NullAway.Init")
class KeyCommandTest {
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
          + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";

  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  private String key(String... arguments) {
    var out = new ByteArrayOutputStream();
    assertThat(run(out, arguments)).as(err.toString()).isEqualTo(ExitCode.OK);
    return out.toString(StandardCharsets.UTF_8);
  }

  private void tenant(String id) {
    var line =
        Main.commandLine(
            new Assembly(),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    assertThat(line.execute("tenant", "create", "--data-dir", data().toString(), id))
        .isEqualTo(ExitCode.OK);
  }

  private int run(ByteArrayOutputStream out, String... arguments) {
    var line = Main.commandLine(new Assembly(), new PrintStream(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true));
    var all = new ArrayList<>(List.of("key", arguments[0], "--data-dir", data().toString()));
    all.addAll(Arrays.asList(arguments).subList(1, arguments.length));
    return line.execute(all.toArray(String[]::new));
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
    return new Assembly().start(usable.config(), StartupEvents.UNSEEN);
  }

  private static int initialize(URI endpoint, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream");
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(request.POST(BodyPublishers.ofString(INITIALIZE)).build(), BodyHandlers.ofString())
          .statusCode();
    }
  }

  @Test
  void withoutAGatewayTheStoreIsUsed() {
    assertThat(key("list")).isEmpty();
    assertThat(data().resolve("store")).doesNotExist();
    var text = key("create", "laptop", "--scope", "mcp:read", "--role", "admin").strip();
    assertThat(text).matches("ptl_\\w{22}_\\w{49}");
    var id = text.split("_")[1];
    assertThat(key("list"))
        .contains(id, "laptop", "valid", "roles: admin", "scopes: mcp:read")
        .doesNotContain(text.substring(30));
    assertThat(key("revoke", id)).contains("Revoked " + id);
    assertThat(key("list")).contains("revoked 20");
  }

  @Test
  void manyAreMadeAtOnceAndEachIsItsOwn() throws Exception {
    var texts = key("create", "fleet", "--count", "1001").lines().toList();
    assertThat(texts).hasSize(1001).doesNotHaveDuplicates();
    assertThat(key("list").lines()).hasSize(1001);
    try (var gateway = gateway()) {
      for (var text : List.of(texts.getFirst(), texts.getLast())) {
        assertThat(initialize(gateway.endpoint(), "Authorization", "Bearer " + text))
            .isEqualTo(200);
      }
    }
  }

  @Test
  void besideAGatewayAKeyCountsAtOnceAndSoDoesItsEnd() throws Exception {
    try (var gateway = gateway()) {
      var endpoint = gateway.endpoint();
      assertThat(initialize(endpoint)).as("anonymous, until there is a key").isEqualTo(200);
      var text = key("create", "ide").strip();
      assertThat(initialize(endpoint)).as("anonymous, since there is a key").isEqualTo(401);
      assertThat(initialize(endpoint, "Authorization", "Bearer " + text)).isEqualTo(200);
      assertThat(key("list")).contains("ide");
      key("revoke", text.split("_")[1]);
      assertThat(initialize(endpoint, "Authorization", "Bearer " + text)).isEqualTo(401);
      assertThat(initialize(endpoint)).as("the door stays shut").isEqualTo(401);
    }
    try (var again = gateway()) {
      assertThat(initialize(again.endpoint())).as("after a restart, too").isEqualTo(401);
    }
  }

  @Test
  void aSecondGatewayOnTheDataDirectoryIsRefusedAndLeavesTheFirstItsWord() throws Exception {
    try (var first = gateway()) {
      assertThatThrownBy(this::gateway)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is in use by process");
      var text = key("create", "a").strip();
      assertThat(initialize(first.endpoint())).isEqualTo(401);
      assertThat(initialize(first.endpoint(), "Authorization", "Bearer " + text)).isEqualTo(200);
    }
  }

  @Test
  void aKeyOfOneTenantIsUnknownToAnother() {
    tenant("acme");
    tenant("globex");
    var id = key("create", "a", "--tenant", "acme").split("_")[1];
    assertThat(key("list", "--tenant", "globex")).isEmpty();
    assertThat(run(new ByteArrayOutputStream(), "revoke", id, "--tenant", "globex"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("The tenant has no such key");
    assertThat(key("list", "--tenant", "acme")).contains("valid");
  }

  @Test
  void whatIsWrongIsSaid() {
    var out = new ByteArrayOutputStream();
    assertThat(run(out, "create", "a", "--role", "two words")).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(run(out, "create", "a", "--tenant", "No Tenant")).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(err.toString()).contains("roles must be", "tenant id must be");
  }

  @Test
  void theAdminKeyIsTheOwnersOnly() throws Exception {
    key("create", "a");
    var file = data().resolve("admin-key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(run(new ByteArrayOutputStream(), "list")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("can be used by others");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer ", "Bearer pta_", "Basic x"})
  void theApiIsForWhoHasTheAdminKey(String authorization) throws Exception {
    try (var gateway = gateway();
        var client = HttpClient.newHttpClient()) {
      var api = gateway.endpoint().resolve("/api/v1/keys");
      var request = HttpRequest.newBuilder(api);
      if (!authorization.isEmpty()) {
        request.header("Authorization", authorization);
      }
      var reply = client.send(request.build(), BodyHandlers.ofString());
      var malformed = authorization.equals("Bearer "); // RFC 6750, section 3.1: invalid_request
      assertThat(reply.statusCode()).isEqualTo(malformed ? 400 : 401);
      var admin = Files.readString(data().resolve("admin-key")).strip();
      var known = HttpRequest.newBuilder(api).header("Authorization", "Bearer " + admin).build();
      assertThat(client.send(known, BodyHandlers.ofString()).body()).isEqualTo("{\"keys\":[]}");
    }
  }
}
