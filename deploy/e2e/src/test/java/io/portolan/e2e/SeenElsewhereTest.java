package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.HttpReply;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other gateways were seen to get wrong, each as a test of its own. */
@NeedsDistribution
class SeenElsewhereTest {
  private static final String RICH_TOOL =
      """
      {"name":"rich","title":"Rich","x-rank":18446744073709551617,"inputSchema":{"type":"object",\
      "$schema":"https://json-schema.org/draft/2020-12/schema","$defs":{"p":{"type":"integer",\
      "maximum":340282366920938463463374607431768211456}},"properties":{"a":{"$ref":"#/$defs/p",\
      "x-ui":{"order":1.10}}},"x-note":"k\\u00e9pt"},"annotations":{"readOnlyHint":true,\
      "x-cost":0.30},"icons":[{"src":"data:,","x-theme":"dark"}],"_meta":{"example.org/a":[1.0]}}""";
  private static final int MANY = 40;
  private static final int SESSION_ID_CHARS_MAX = 256;

  @TempDir static Path dir;

  private static RawUpstream upstream;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream =
        RawUpstream.start(
            RawUpstream.Era.DUAL,
            new Lists(
                List.of(Lists.tool("play"), RICH_TOOL),
                List.of("{\"uri\":\"raw://one\",\"name\":\"one\",\"x-size\":1e2}"),
                List.of(),
                List.of("{\"name\":\"ask\",\"x-kind\":[1.50]}")));
    var json = new McpJson().http("raw", upstream.url());
    for (int i = 1; i < MANY; i++) {
      json.http("raw-number-" + i, upstream.url());
    }
    gateway = GatewayProcess.up(dir, json.writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, upstream);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/s/raw"})
  void anUnknownMethodIsAnsweredAsUnknown(String route) throws Exception {
    upstream.script(
        call -> Answer.error(call, call.isModern() ? 404 : 200, -32601, "no " + call.method()));
    var legacy = LegacyClient.open(endpoint(route)).call("chart/draw", "{}");
    assertThat(legacy.errorCode()).isEqualTo(-32601);
    assertThat(legacy.status()).as("legacy status").isLessThan(500);

    var modern = new ModernClient(endpoint(route)).call("chart/draw", "");
    assertThat(modern.errorCode()).isEqualTo(-32601);
    assertThat(modern.status()).as("modern status").isEqualTo(404);
  }

  @Test
  void anUnknownMethodReachesTheOneServerAndComesBackWhole() throws Exception {
    var result = "{\"n\":1.000,\"x\":{\"big\":-99999999999999999999}}";
    upstream.script(call -> Answer.result(call, result));
    var answer = LegacyClient.open(endpoint("/s/raw")).call("chart/draw", "{\"at\":1e2}");
    assertThat(new String(answer.result(), UTF_8)).isEqualTo(result);
    assertThat(upstream.last("chart/draw").json().text("params")).isEqualTo("{\"at\":1e2}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/s/raw"})
  void aPingThatFailsIsAnsweredOnce(String route) throws Exception {
    upstream.script(call -> Answer.error(call, 200, -32603, "no pong"));
    var client = LegacyClient.open(endpoint(route));
    for (var params : List.of("{}", "[]", "7")) {
      var reply =
          whole(route, client, LegacyClient.message("\"p\"", "ping", params)); // may be an error
      assertThat(occurrences(reply.text(), "\"jsonrpc\"")).as(reply.toString()).isEqualTo(1);
      assertThat(reply.status()).isLessThan(500);
    }
  }

  static Stream<String> idsThatNoGatewayHasGiven() {
    return Stream.of(
        "x", "not-a-session", "AAAA", "%00", "a".repeat(300), "{}", "00000000-0000-0000", "....");
  }

  @ParameterizedTest
  @MethodSource("idsThatNoGatewayHasGiven")
  void aSessionIdThatMeansNothingIsNotFound(String id) throws Exception {
    var client = LegacyClient.open(gateway.endpoint());
    assertThat(withSession(client, id).status()).isEqualTo(404);
  }

  @Test
  void aForgedSessionIdIsNotFound() throws Exception {
    var client = LegacyClient.open(gateway.endpoint());
    var id = client.sessionId().orElseThrow();
    assertThat(withSession(client, id).status()).as("the true id").isEqualTo(200);
    // Every position that carries a bit: the first, one in the middle, the last but one.
    for (var at : List.of(0, id.length() / 2, id.length() - 2)) {
      var forged = id.substring(0, at) + (id.charAt(at) == 'A' ? 'B' : 'A') + id.substring(at + 1);
      assertThat(withSession(client, forged).status()).as("%s for %s", forged, id).isEqualTo(404);
    }
    assertThat(withSession(client, id + "A").status()).isEqualTo(404);
    assertThat(withSession(client, id.substring(0, id.length() - 1)).status()).isEqualTo(404);
  }

  @Test
  void aDeletedSessionIsNotFound() throws Exception {
    var client = LegacyClient.open(gateway.endpoint());
    assertThat(client.delete().status()).isBetween(200, 299);
    assertThat(client.call("tools/list", "{}").status()).isEqualTo(404);
    assertThat(client.delete().status()).isEqualTo(404);
    assertThat(client.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}").status())
        .isEqualTo(404);
  }

  @Test
  void theSessionIdStaysShortWithManyServers() throws Exception {
    var id = LegacyClient.open(gateway.endpoint()).sessionId().orElseThrow();
    assertThat(id).hasSizeLessThanOrEqualTo(SESSION_ID_CHARS_MAX);
    assertThat(id).matches("[\\x21-\\x7e]+");
  }

  @Test
  void everyServerOfManyIsListedAndCalled() throws Exception {
    upstream.script(call -> Answer.result(call, "{\"content\":[]}"));
    var client = LegacyClient.open(gateway.endpoint());
    var listed = 0;
    for (var params = Optional.of("{}"); params.isPresent(); ) {
      var page = client.call("tools/list", params.get()).json();
      listed += page.at("result", "tools").orElseThrow().items().size();
      params =
          page.at("result", "nextCursor")
              .map(cursor -> "{\"cursor\":" + new String(page.raw(cursor), UTF_8) + "}");
    }
    assertThat(listed).isEqualTo(2 * MANY);
    for (int i : IntStream.range(1, MANY).toArray()) {
      assertThat(client.callTool("raw-number-" + i + "__play", "{}").result()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/s/raw"})
  void integersBeyond64BitsPass(String route) throws Exception {
    var result = "{\"content\":[],\"structuredContent\":{\"n\":18446744073709551617,\"d\":1.10}}";
    upstream.script(call -> Answer.result(call, result));
    var arguments = "{\"n\":-340282366920938463463374607431768211457,\"e\":1E400}";
    var tool = route.isEmpty() ? "raw__play" : "play";
    var answer = LegacyClient.open(endpoint(route)).callTool(tool, arguments);
    assertThat(upstream.last("tools/call").json().text("params", "arguments")).isEqualTo(arguments);
    assertThat(new String(answer.result(), UTF_8)).isEqualTo(result);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/s/raw"})
  void unknownMembersOfListedThingsAreKept(String route) throws Exception {
    var tools = LegacyClient.open(endpoint(route)).call("tools/list", "{}").json();
    var name = route.isEmpty() ? "raw__rich" : "rich";
    assertThat(entry(tools, "tools", name))
        .isEqualTo(RICH_TOOL.replace("\"name\":\"rich\"", "\"name\":\"" + name + "\""));
    var modern = new ModernClient(endpoint(route)).call("tools/list", "").json();
    assertThat(entry(modern, "tools", name)).isEqualTo(entry(tools, "tools", name));

    var prompts = LegacyClient.open(endpoint(route)).call("prompts/list", "{}").json();
    var prompt = route.isEmpty() ? "raw__ask" : "ask";
    assertThat(entry(prompts, "prompts", prompt))
        .isEqualTo("{\"name\":\"" + prompt + "\",\"x-kind\":[1.50]}");
  }

  @Test
  void aMethodNameWithEscapesIsTheSameMethod() throws Exception {
    upstream.script(call -> Answer.result(call, "{\"content\":[]}"));
    var client = LegacyClient.open(gateway.endpoint());
    var answer =
        client.send(
            utf8(
                """
                {"json\\u0072pc":"2.0","i\\u0064":5,"m\\u0065thod":"tools\\/call",\
                "par\\u0061ms":{"n\\u0061me":"raw_\\u005fplay","arguments":{"\\u0061":1}}}"""));
    assertThat(answer.json().text("id")).isEqualTo("5");
    assertThat(answer.result()).isNotEmpty();
    var arrived = upstream.last("tools/call").json();
    assertThat(arrived.string("params", "name")).isEqualTo("play");
    assertThat(arrived.text("params", "arguments")).isEqualTo("{\"\\u0061\":1}");
  }

  @Test
  void anAcceptedMessageHasNoBody() throws Exception {
    var client = LegacyClient.open(endpoint("/s/raw"));
    for (var message :
        List.of(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/whatever\",\"params\":{\"a\":1.0}}",
            "{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}")) {
      var reply = client.post(message);
      assertThat(reply.status()).isEqualTo(202);
      assertThat(reply.body()).isEmpty();
    }
  }

  @Test
  void listsAreTheSameEveryTime() throws Exception {
    var client = new ModernClient(gateway.endpoint());
    var first = client.call("tools/list", "").result();
    for (int i = 0; i < 5; i++) {
      assertThat(client.call("tools/list", "").result()).isEqualTo(first);
    }
  }

  private static java.net.URI endpoint(String route) throws InterruptedException {
    return java.net.URI.create(gateway.endpoint() + route);
  }

  private static HttpReply whole(String route, LegacyClient client, String message)
      throws Exception {
    try (var connection = HttpConnection.to(endpoint(route))) {
      return connection.exchange(client.request(utf8(message)));
    }
  }

  private static HttpReply withSession(LegacyClient client, String id) throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var ping = utf8(LegacyClient.message("1", "ping", "{}"));
      return connection.exchange(client.request(ping).with("Mcp-Session-Id", id));
    }
  }

  private static String entry(JsonText answer, String list, String name) {
    var entries = answer.at("result", list).orElseThrow().items();
    for (int i = 0; i < entries.size(); i++) {
      if (answer.string("result", list, String.valueOf(i), "name").equals(name)) {
        return new String(answer.raw(entries.get(i)), UTF_8);
      }
    }
    throw new AssertionError("no " + name + " among " + list);
  }

  private static int occurrences(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }
}
