package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonStrings;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Six servers of npm and PyPI behind one endpoint, from the {@code mcp.json} of an IDE. */
@NeedsDistribution
class RealServersTest {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final Duration RECOVERY = Duration.ofSeconds(45);

  @TempDir static Path dir;

  private static RealServers servers;
  private static GatewayProcess gateway;

  /** A client of either era, as far as calling tools and listing goes. */
  interface Client {
    Answered call(String method, String members) throws Exception;

    default Answered tool(String name, String arguments) throws Exception {
      return call("tools/call", "\"name\":\"" + name + "\",\"arguments\":" + arguments);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    servers = new RealServers(dir);
    gateway = GatewayProcess.up(dir, servers.mcpJson().writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway);
  }

  static Stream<Client> clients() throws Exception {
    return Stream.of(legacy(), modern());
  }

  private static Client legacy() throws Exception {
    var client = LegacyClient.open(gateway.endpoint(), RealServers.ALL_CAPABILITIES);
    return new Client() {
      @Override
      public Answered call(String method, String members) throws Exception {
        return client.call(method, "{" + members + "}");
      }

      @Override
      public String toString() {
        return "legacy";
      }
    };
  }

  private static Client modern() throws Exception {
    var client = new ModernClient(gateway.endpoint());
    return new Client() {
      @Override
      public Answered call(String method, String members) throws Exception {
        return client.call(method, members);
      }

      @Override
      public String toString() {
        return "modern";
      }
    };
  }

  @Test
  void everyServerIsUpWithItsEra() throws Exception {
    for (var name : servers.definitions().keySet()) {
      assertThat(gateway.health(name).path("status").asString()).as(name).isEqualTo("up");
    }
  }

  @ParameterizedTest
  @MethodSource("clients")
  void everyToolIsListedAsItsServerListsIt(Client client) throws Exception {
    var expected = new TreeMap<String, JsonNode>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var lists = new HashMap<String, java.util.concurrent.Future<List<JsonNode>>>();
      for (var server : servers.definitions().keySet()) {
        lists.put(server, threads.submit(() -> listedDirect(server)));
      }
      for (var server : lists.entrySet()) {
        for (var tool : server.getValue().get()) {
          expected.put(server.getKey() + "__" + tool.path("name").asString(), withoutName(tool));
        }
      }
    }
    var listed = new TreeMap<String, JsonNode>();
    for (var tool : listedThrough(client)) {
      assertThat(listed.put(tool.path("name").asString(), withoutName(tool)))
          .as("a second %s", tool.path("name"))
          .isNull();
    }
    System.out.printf(
        "%s client: %d tools direct, %d listed through Portolan%n",
        client, expected.size(), listed.size());
    assertThat(listed.keySet()).isEqualTo(expected.keySet());
    assertThat(listed).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void filesAreWrittenAndRead(Client client) throws Exception {
    var file = servers.files().resolve(client + ".txt");
    var path = JsonStrings.literal(file.toString());
    succeeded(
        client.tool(
            "filesystem__write_file", "{\"path\":" + path + ",\"content\":\"Θάλασσα\\n\"}"));
    assertThat(Files.readString(file)).isEqualTo("Θάλασσα\n");
    assertThat(text(client.tool("filesystem__read_text_file", "{\"path\":" + path + "}")))
        .contains("Θάλασσα");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void entitiesAreRemembered(Client client) throws Exception {
    succeeded(
        client.tool(
            "memory__create_entities",
            """
            {"entities":[{"name":"Ristoro of %s","entityType":"pilot",\
            "observations":["sails at night"]}]}"""
                .formatted(client)));
    assertThat(text(client.tool("memory__read_graph", "{}")))
        .contains("Ristoro of " + client)
        .contains("sails at night");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aThoughtIsTaken(Client client) throws Exception {
    var answer =
        client.tool(
            "sequential-thinking__sequentialthinking",
            """
            {"thought":"Follow the coast","nextThoughtNeeded":false,"thoughtNumber":1,\
            "totalThoughts":1}""");
    assertThat(text(answer)).contains("thoughtNumber");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theReferenceServerEchoesAndAdds(Client client) throws Exception {
    assertThat(text(client.tool("everything__echo", "{\"message\":\"ahoy\"}"))).contains("ahoy");
    assertThat(text(client.tool("everything__get-sum", "{\"a\":19,\"b\":23}"))).contains("42");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theTimeIsToldAndConverted(Client client) throws Exception {
    assertThat(text(client.tool("time__get_current_time", "{\"timezone\":\"UTC\"}")))
        .contains("datetime");
    assertThat(
            text(
                client.tool(
                    "time__convert_time",
                    """
                    {"source_timezone":"UTC","time":"12:00",\
                    "target_timezone":"Asia/Tokyo"}""")))
        .contains("T21:00");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theRepositoryIsRead(Client client) throws Exception {
    var where = "{\"repo_path\":" + JsonStrings.literal(servers.repository().toString()) + "}";
    assertThat(text(client.tool("git__git_status", where))).contains("new.txt");
    assertThat(text(client.tool("git__git_log", where))).contains("Draw the coast");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void resourcesAndPromptsOfTheReferenceServerAreServed(Client client) throws Exception {
    var resources = MAPPER.readTree(client.call("resources/list", "").result()).path("resources");
    var uris = resources.findValuesAsString("uri");
    assertThat(uris).contains("memory+memory://knowledge-graph");
    var uri =
        uris.stream().filter(each -> each.startsWith("everything+")).findFirst().orElseThrow();
    var read = MAPPER.readTree(client.call("resources/read", "\"uri\":\"" + uri + "\"").result());
    assertThat(read.path("contents").get(0).path("uri").asString()).isEqualTo(uri);

    var prompts = MAPPER.readTree(client.call("prompts/list", "").result()).path("prompts");
    assertThat(prompts).isNotEmpty();
    var simple = "everything__simple-prompt";
    assertThat(prompts.findValuesAsString("name")).contains(simple);
    var prompt = client.call("prompts/get", "\"name\":\"" + simple + "\"");
    assertThat(MAPPER.readTree(prompt.result()).path("messages")).isNotEmpty();
  }

  @Test
  void aKilledServerComesBackWhileTheOthersAnswer() throws Exception {
    var client = legacy();
    succeeded(client.tool("memory__read_graph", "{}"));
    var victim = child("server-memory");
    assertThat(victim.destroyForcibly()).isTrue();

    // The others are asked the whole time it takes; none of them may be late or fail.
    var slowest = Duration.ZERO;
    var until = System.nanoTime() + RECOVERY.toNanos();
    var back = false;
    var tries = 0;
    while (!back && System.nanoTime() < until) {
      tries++;
      for (Callable<Answered> other :
          List.<Callable<Answered>>of(
              () -> client.tool("everything__echo", "{\"message\":\"still here\"}"),
              () -> client.tool("time__get_current_time", "{\"timezone\":\"UTC\"}"))) {
        var start = System.nanoTime();
        succeeded(other.call());
        var took = Duration.ofNanos(System.nanoTime() - start);
        slowest = took.compareTo(slowest) > 0 ? took : slowest;
      }
      back = client.tool("memory__read_graph", "{}").json().at("result", "content").isPresent();
    }
    System.out.printf(
        "killed server back after %d tries; slowest call to another %d ms%n",
        tries, slowest.toMillis());
    assertThat(back).as("memory is back").isTrue();
    assertThat(slowest).isLessThan(Duration.ofSeconds(5));
    assertThat(child("server-memory").pid()).isNotEqualTo(victim.pid());
    Eventually.isSo(
        "memory is reported up",
        RECOVERY,
        () -> gateway.health("memory").path("status").asString().equals("up"));
  }

  private static ProcessHandle child(String commandPart) {
    return gateway.descendants().stream()
        .filter(handle -> handle.info().commandLine().orElse("").contains(commandPart))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no child runs " + commandPart));
  }

  private static List<JsonNode> listedDirect(String server) throws Exception {
    try (var direct = servers.direct(server)) {
      return direct.list("tools/list", "tools");
    }
  }

  private static List<JsonNode> listedThrough(Client client) throws Exception {
    var all = new java.util.ArrayList<JsonNode>();
    var members = "";
    while (true) {
      var result = MAPPER.readTree(client.call("tools/list", members).result());
      result.path("tools").forEach(all::add);
      if (!result.has("nextCursor")) {
        return all;
      }
      members = "\"cursor\":" + result.path("nextCursor");
    }
  }

  private static JsonNode withoutName(JsonNode tool) {
    return ((ObjectNode) tool.deepCopy()).without("name");
  }

  private static void succeeded(Answered answer) {
    var result = MAPPER.readTree(answer.result());
    assertThat(result.path("isError").asBoolean(false)).as(result.toString()).isFalse();
    assertThat(result.path("content")).as(result.toString()).isNotEmpty();
  }

  private static String text(Answered answer) {
    succeeded(answer);
    return MAPPER.readTree(answer.result()).path("content").findValuesAsString("text").toString();
  }
}
