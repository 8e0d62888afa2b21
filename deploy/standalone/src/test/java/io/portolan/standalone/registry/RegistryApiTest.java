package io.portolan.standalone.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.registry.stored.RegistryTables;
import io.portolan.registry.stored.ServerDesk;
import io.portolan.registry.stored.StoredServers;
import io.portolan.standalone.api.Fields;
import io.portolan.standalone.api.Sender;
import io.portolan.standalone.registry.AskedApi.Told;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.OutboundRules;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shapes and rules of the registry API 2025-12-01, as docs/registry.md has them. */
class RegistryApiTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final String META = "io.modelcontextprotocol.registry/official";

  private final AtomicLong seconds = new AtomicLong();
  private final Store store;
  private final StoredServers servers;
  private final AskedApi asked;

  RegistryApiTest(@TempDir Path folder) throws Exception {
    store = EmbeddedStore.open(folder, new Schema(RegistryTables.ALL), java.time.Clock.systemUTC());
    servers = new StoredServers(store, StoredServers.Timing.DEFAULT).start();
    var guard =
        new OutboundGuard(
            OutboundRules.DEFAULT,
            host -> {
              if (host.startsWith("unknown")) {
                throw new UnknownHostException(host);
              }
              return List.of(InetAddress.getByName(host.startsWith("in") ? "10.0.0.1" : "8.8.8.8"));
            });
    asked =
        new AskedApi(
            new RegistryApi(new ServerDesk(store, servers, this::now), guard, this::now)
                .endpoints());
    asked.as(member("acme", Set.of()));
  }

  /** Each look at the clock is a second later. */
  private Instant now() {
    return Instant.parse("2026-11-21T00:00:00Z").plusSeconds(seconds.incrementAndGet());
  }

  @AfterEach
  void close() throws Exception {
    servers.close();
    store.close();
  }

  private static Sender member(String tenant, Set<String> scopes) {
    var caller =
        new Caller(
            new Principal(new TenantId(tenant), "alice"),
            "key:1",
            null,
            Set.of("developer"),
            Set.of(),
            scopes);
    return new Sender.Member(caller);
  }

  private static String document(String name, String version) {
    return "{\"name\":\""
        + name
        + "\",\"description\":\"Does it\",\"version\":\""
        + version
        + "\"}";
  }

  private Told publish(String name, String version) throws Exception {
    var told = asked.ask("POST", "/v0.1/publish", document(name, version));
    assertThat(told.status()).as(told.body()).isEqualTo(200);
    return told;
  }

  private static Fields official(Fields response) {
    var meta = Objects.requireNonNull(response.object("_meta"));
    return Objects.requireNonNull(meta.object(META))
        .only("status", "statusMessage", "statusChangedAt", "publishedAt", "updatedAt", "isLatest");
  }

  private List<String> list(String query) throws Exception {
    var told = asked.ask("GET", "/v0.1/servers" + query, "");
    assertThat(told.status()).as(told.body()).isEqualTo(200);
    return named(told.fields());
  }

  private static List<String> named(Fields list) {
    var names = new ArrayList<String>();
    for (var each : list.objects("servers")) {
      var server = Objects.requireNonNull(each.object("server"));
      names.add(server.required("name") + " " + server.required("version"));
    }
    return names;
  }

  @Test
  void whatIsPublishedIsReadAsItWasWithWhatTheRegistrySaysOfIt() throws Exception {
    var sent =
        """
        {"$schema":"https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",\
        "name":"com.acme/weather","description":"Tells it","title":"Weather","version":"1.0.0",\
        "repository":{"url":"https://github.com/acme/weather","source":"github"},\
        "packages":[{"registryType":"npm","identifier":"@acme/weather","version":"1.0.0",\
        "transport":{"type":"stdio"}}],\
        "_meta":{"io.modelcontextprotocol.registry/publisher-provided":{"n":1.50},"other":{"x":1}}}\
        """;
    var told = asked.ask("POST", "/v0.1/publish", sent);
    assertThat(told.status()).as(told.body()).isEqualTo(200);
    assertThat(told.body()).contains("{\"n\":1.50}").doesNotContain("\"other\"");
    assertThat(official(told.fields()).text("status")).isEqualTo("active");
    assertThat(official(told.fields()).flag("isLatest")).isTrue();
    for (var base : List.of("/v0.1", "/v0")) {
      for (var version : List.of("latest", "1.0.0")) {
        var read = asked.ask("GET", base + "/servers/com.acme%2Fweather/versions/" + version, "");
        assertThat(read.body()).isEqualTo(told.body());
      }
    }
    assertThat(servers.of(ACME).servers()).as("nobody reaches a package").isEmpty();
  }

  @Test
  void aRemoteThatNeedsNothingFilledInIsReachedByTheGateway() throws Exception {
    var remotes =
        ",\"remotes\":[{\"type\":\"sse\",\"url\":\"https://a.example/{id}\"},"
            + "{\"type\":\"streamable-http\",\"url\":\"https://b.example/mcp\"}]}";
    var body = document("com.acme/weather", "1.0.0");
    var told = asked.ask("POST", "/v0/publish", body.substring(0, body.length() - 1) + remotes);
    assertThat(told.status()).as(told.body()).isEqualTo(200);
    assertThat(servers.of(ACME).servers().getFirst().definition().toString()).contains("b.example");
    var inside = remotes.replace("b.example", "inside.example");
    var refused =
        asked.ask(
            "POST",
            "/v0/publish",
            body.substring(0, body.length() - 1).replace("weather", "other") + inside);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).contains("not on the public internet").doesNotContain("10.0.0.1");
  }

  @Test
  void aHostWithoutAnAddressMayHaveOneLater() throws Exception {
    var body = document("com.acme/later", "1.0.0");
    var remote = ",\"remotes\":[{\"type\":\"sse\",\"url\":\"https://unknown.example/sse\"}]}";
    var told = asked.ask("POST", "/v0.1/publish", body.substring(0, body.length() - 1) + remote);
    assertThat(told.status()).as(told.body()).isEqualTo(200);
  }

  @Test
  void versionsComeNewestFirstAndTheLatestIsSemantic() throws Exception {
    publish("com.acme/weather", "1.10.0");
    publish("com.acme/weather", "1.9.0");
    var told = asked.ask("GET", "/v0.1/servers/com.acme%2Fweather/versions", "");
    assertThat(named(told.fields()))
        .containsExactly("com.acme/weather 1.9.0", "com.acme/weather 1.10.0");
    assertThat(told.fields().objects("servers"))
        .extracting(each -> official(each).flag("isLatest"))
        .containsExactly(false, true);
  }

  @Test
  void pagesFollowEachOtherWithoutGapAndWithoutDouble() throws Exception {
    var all = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      for (var version : List.of("1.0.0", "2.0.0")) {
        publish("com.acme/s" + i, version);
        all.add("com.acme/s" + i + " " + version);
      }
    }
    for (int limit = 1; limit <= 11; limit++) {
      var seen = new ArrayList<String>();
      var cursor = "";
      do {
        var query = "?limit=" + limit + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
        var page = asked.ask("GET", "/v0.1/servers" + query, "").fields();
        var metadata = Objects.requireNonNull(page.object("metadata"));
        assertThat(metadata.number("count")).isEqualTo((long) page.objects("servers").size());
        seen.addAll(named(page));
        cursor = Objects.requireNonNullElse(metadata.text("nextCursor"), "");
      } while (!cursor.isEmpty());
      assertThat(seen).as("limit " + limit).isEqualTo(all);
    }
  }

  @Test
  void aListIsFiltered() throws Exception {
    publish("com.acme/weather", "1.0.0");
    publish("com.acme/weather", "1.1.0");
    publish("com.acme/maps", "1.0.0");
    var then = now();
    publish("org.other/Weather-Map", "2.0.0");
    assertThat(list("?search=WEATHER"))
        .containsExactly(
            "com.acme/weather 1.0.0", "com.acme/weather 1.1.0", "org.other/Weather-Map 2.0.0");
    assertThat(list("?version=latest"))
        .containsExactly(
            "com.acme/maps 1.0.0", "com.acme/weather 1.1.0", "org.other/Weather-Map 2.0.0");
    assertThat(list("?version=1.0.0"))
        .containsExactly("com.acme/maps 1.0.0", "com.acme/weather 1.0.0");
    assertThat(list("?updated_since=" + then)).containsExactly("org.other/Weather-Map 2.0.0");
    asked.ask("DELETE", "/v0.1/servers/com.acme%2Fmaps/versions/1.0.0", "");
    assertThat(list("?search=maps")).isEmpty();
    assertThat(list("?search=maps&include_deleted=true")).containsExactly("com.acme/maps 1.0.0");
    assertThat(list("?updated_since=" + then))
        .as("who mirrors hears of deletions")
        .containsExactly("com.acme/maps 1.0.0", "org.other/Weather-Map 2.0.0");
  }

  @Test
  void aStatusIsChangedOfOneVersionOrOfAll() throws Exception {
    publish("com.acme/weather", "1.0.0");
    publish("com.acme/weather", "1.1.0");
    var at = "/v0.1/servers/com.acme%2Fweather";
    var change = "{\"status\":\"deprecated\",\"statusMessage\":\"moved\"}";
    var one = asked.ask("PATCH", at + "/versions/1.0.0/status", change);
    assertThat(one.status()).isEqualTo(200);
    assertThat(official(one.fields()).text("statusMessage")).isEqualTo("moved");
    var same = asked.ask("PATCH", at + "/versions/1.0.0/status", change);
    assertThat(same.status()).isEqualTo(400);
    assertThat(same.body()).contains("No changes to apply");
    var all = asked.ask("PATCH", at + "/status", change);
    assertThat(all.fields().number("updatedCount")).isEqualTo(1);
    var deleted = asked.ask("DELETE", at + "/versions/1.1.0", "");
    assertThat(official(deleted.fields()).text("status")).isEqualTo("deleted");
    assertThat(asked.ask("GET", at + "/versions/1.1.0", "").status()).isEqualTo(404);
    assertThat(asked.ask("GET", at + "/versions/1.1.0?include_deleted=true", "").status())
        .isEqualTo(200);
    assertThat(asked.ask("PATCH", at + "x/status", change).status()).isEqualTo(404);
    assertThat(
            asked
                .ask("PUT", at + "/versions/1.0.0", document("com.acme/weather", "1.0.0"))
                .status())
        .isEqualTo(501);
  }

  @Test
  void whoKnowsAnAnswerIsNotSentItAgain() throws Exception {
    publish("com.acme/weather", "1.0.0");
    var first = asked.ask("GET", "/v0.1/servers", "");
    var tag = first.header("ETag");
    assertThat(tag).matches("\"[0-9a-f]{32}\"");
    var again = asked.ask("GET", "/v0.1/servers", "", "\"x\", " + tag);
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    publish("com.acme/weather", "1.0.1");
    assertThat(asked.ask("GET", "/v0.1/servers", "", tag).status()).isEqualTo(200);
  }

  @Test
  void namespacesAreGrantedInTokens() throws Exception {
    asked.as(member("acme", Set.of("manage", "namespace:com.acme")));
    publish("com.acme/weather", "1.0.0");
    publish("acme/weather2", "1.0.0");
    var outside = asked.ask("POST", "/v0.1/publish", document("com.other/x", "1.0.0"));
    assertThat(outside.status()).isEqualTo(403);
    asked.as(member("acme", Set.of("manage")));
    var change = "{\"status\":\"deleted\"}";
    assertThat(asked.ask("PATCH", "/v0.1/servers/com.acme%2Fweather/status", change).status())
        .isEqualTo(403);
  }

  @Test
  void oneTenantsRegistryIsNotAnothers() throws Exception {
    publish("com.acme/weather", "1.0.0");
    asked.as(member("globex", Set.of()));
    assertThat(list("")).isEmpty();
    var at = "/v0.1/servers/com.acme%2Fweather/versions";
    assertThat(asked.ask("GET", at, "").body())
        .isEqualTo(asked.ask("GET", at.replace("weather", "nothing"), "").body());
    publish("com.acme/weather", "7.0.0");
    assertThat(list("")).containsExactly("com.acme/weather 7.0.0");
  }

  @Test
  void aVersionIsPublishedOnce() throws Exception {
    publish("com.acme/weather", "1.0.0");
    var twice = asked.ask("POST", "/v0.1/publish", document("com.acme/weather", "1.0.0"));
    assertThat(twice.status()).isEqualTo(400);
    assertThat(twice.body()).contains("publish a version that is new");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?limit=0",
        "?limit=101",
        "?cursor=x",
        "?updated_since=yesterday",
        "?include_deleted=1",
        "?search="
            + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void aQueryThatIsWrongIsRefused(String query) throws Exception {
    var told = asked.ask("GET", "/v0.1/servers" + query, "");
    assertThat(told.status()).isEqualTo(400);
    assertThat(told.fields().required("error")).contains("expected");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name':'weather','description':'d','version':'1'}       | com.example/weather",
        "{'name':'a/b','version':'1'}                             | description is missing",
        "{'name':'a/b','description':'d','version':'^1.0'}        | expected one version",
        "{'name':'a/b','description':'d','version':'1','packages':[{'registryType':'zip','identifier':'x'}]} | expected one of",
        "{'name':'a/b','description':'d','version':'1','packages':[{'registryType':'mcpb','identifier':'x','transport':{'type':'stdio'}}]} | fileSha256",
        "{'name':'a/b','description':'d','version':'1','remotes':[{'type':'stdio','url':'x'}]} | streamable-http, sse",
        "{'$schema':true,'name':'a/b','description':'d','version':'1'} | $schema is true",
        "{'name':'a/b','description':'d','version':'1','packages':null} | packages is null",
        "{'name':'a/b','description':'d','version':'1','packages':[{'registryType':'npm','identifier':'x','transport':{'type':'stdio'},'packageArguments':[{'type':'positional'}]}]} | neither value nor valueHint",
        "{'name':'a/b','description':'d','version':'1','packages':[{'registryType':'npm','identifier':'x','transport':{'type':'stdio'},'environmentVariables':[{'value':'v'}]}]} | name is missing",
        "{'name':'a/b','description':'d','version':'1','remotes':[{'type':'sse','url':'https://a','variables':{'x':{'format':'date'}}}]} | string, number",
        "{'name':'a/b','description':'d','version':'1','websiteUrl':'http://a'} | expected an https URL"
      })
  void aDocumentThatIsWrongIsRefused(String document, String told) throws Exception {
    var answer = asked.ask("POST", "/v0.1/publish", document.replace('\'', '"'));
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.fields().required("error")).contains(told);
  }
}
