package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The usage ledger, through {@code GET /api/v1/usage} and {@code portolan usage}. */
@SuppressWarnings("NullAway.Init")
class UsageCommandTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"none__here\","
          + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

  private final StringWriter err = new StringWriter();
  private final Set<String> tenants = new HashSet<>();
  @TempDir private Path folder;

  private String portolan(String command, String... arguments) {
    var out = new ByteArrayOutputStream();
    var line = Main.commandLine(new Assembly(), new PrintStream(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true));
    var all = new ArrayList<>(List.of(command.split(" ")));
    all.addAll(List.of("--data-dir", data().toString()));
    all.addAll(Arrays.asList(arguments));
    assertThat(line.execute(all.toArray(String[]::new))).as(err.toString()).isEqualTo(ExitCode.OK);
    return out.toString(StandardCharsets.UTF_8);
  }

  private String key(String tenant, String role) {
    if (tenants.add(tenant)) {
      portolan("tenant create", tenant);
    }
    return portolan("key create", "k", "--tenant", tenant, "--role", role).strip();
  }

  private Path data() {
    return folder.resolve("data");
  }

  private RunningGateway gateway() throws IOException {
    var file = Files.writeString(folder.resolve("p.yaml"), "access-log: off\n");
    var flags = new Flags(file, List.of(), "127.0.0.1", 0, data(), null);
    var outcome = new ConfigLoader(Surroundings.ofProcess(), data()).load(flags);
    var usable = (ConfigOutcome.Usable) outcome;
    return new Assembly().start(usable.config(), StartupEvents.UNSEEN);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request, String key)
      throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          request.header("Authorization", "Bearer " + key).build(), BodyHandlers.ofString());
    }
  }

  private static void call(URI endpoint, String key) throws Exception {
    var request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", "2026-07-28")
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", "none__here")
            .POST(BodyPublishers.ofString(CALL));
    assertThat(send(request, key).body()).contains("\"error\"");
  }

  private static HttpResponse<String> usage(URI endpoint, String query, String key)
      throws Exception {
    return send(HttpRequest.newBuilder(endpoint.resolve("/api/v1/usage" + query)), key);
  }

  @Test
  void aTenantSeesItsOwnUsageAndNobodyElses() throws Exception {
    try (var gateway = gateway()) {
      var endpoint = gateway.endpoint();
      var caller = key("acme", "caller");
      var auditor = key("acme", "auditor");
      var stranger = key("other", "owner");
      call(endpoint, caller);
      call(endpoint, caller);

      var own = usage(endpoint, "?group-by=key,tool", auditor);
      assertThat(own.statusCode()).isEqualTo(200);
      assertThat(own.headers().firstValue("Cache-Control")).contains("no-store");
      assertThat(own.body())
          .contains("\"key\":\"key:" + caller.split("_")[1] + "\"", "\"tool\":null")
          .contains("\"calls\":2", "\"refused\":2", "\"bytesIn\":" + 2 * CALL.length())
          .doesNotContain(caller);
      assertThat(usage(endpoint, "", stranger).body()).contains("\"usage\":[]");
      assertThat(usage(endpoint, "", caller).statusCode()).isEqualTo(403);
      assertThat(usage(endpoint, "?tenant=acme", stranger).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void pagesFollowOneAnother() throws Exception {
    try (var gateway = gateway()) {
      var endpoint = gateway.endpoint();
      var auditor = key("acme", "auditor");
      for (int i = 0; i < 3; i++) {
        call(endpoint, key("acme", "caller"));
      }
      var found = new ArrayList<String>();
      var after = "";
      do {
        var page = usage(endpoint, "?group-by=key,agent&limit=1" + after, auditor).body();
        found.add(page.replaceAll(".*\"key\":\"([^\"]*)\".*", "$1"));
        var next = page.replaceAll(".*\"next\":\"([^\"]*)\".*", "$1");
        after = next.equals(page) ? "" : "&after=" + next;
      } while (!after.isEmpty());
      assertThat(found).hasSize(3).doesNotHaveDuplicates().isSorted();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?group-by=tool,tool",
        "?group-by=user",
        "?from=yesterday",
        "?from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z",
        "?limit=0",
        "?limit=1001",
        "?group-by=tool&after=*",
        "?group-by=tool&after=YQ.YQ"
      })
  void aMistakeIsNamed(String query) throws Exception {
    try (var gateway = gateway()) {
      var refused = usage(gateway.endpoint(), query, key("acme", "owner"));
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("\"error\":\"");
    }
  }

  @Test
  void theCommandShowsItBesideAGatewayAndWithoutOne() throws Exception {
    assertThat(portolan("usage")).contains("calls").doesNotContain("key:");
    String caller;
    try (var gateway = gateway()) {
      caller = key("acme", "caller");
      call(gateway.endpoint(), caller);
      assertThat(portolan("usage", "--tenant", "acme", "--by", "key"))
          .contains("key:" + caller.split("_")[1]);
    }
    var lines = portolan("usage", "--tenant", "acme", "--by", "key,tool").lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getLast().split(" +"))
        .startsWith("key:" + caller.split("_")[1], "-", "1", "0", "0", "1", "0");
    assertThat(portolan("usage").lines()).as("the development tenant made no calls").hasSize(1);
  }
}
