package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.HttpRequest;
import io.portolan.e2e.wire.ModernClient;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client of the stateless era must not send. */
@NeedsDistribution
class BadModernInputTest {
  private static final String VERSION_KEY = "\"io.modelcontextprotocol/protocolVersion\"";

  @TempDir static Path dir;

  private static RawUpstream upstream;
  private static GatewayProcess gateway;
  private static ModernClient client;

  record Bad(String what, HttpRequest request, int status, int code, List<String> named) {
    @Override
    public String toString() {
      return what;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.MODERN, Lists.small());
    upstream.script(
        call ->
            call.is("tools/call")
                ? Answer.result(call, "{\"content\":[],\"resultType\":\"complete\"}")
                : Answer.error(call, 404, -32601, "Method not found: " + call.method()));
    gateway = GatewayProcess.up(dir, new McpJson().http("raw", upstream.url()).writeTo(dir));
    client = new ModernClient(gateway.endpoint());
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, upstream);
  }

  static Stream<Bad> headers() {
    var call = call("raw__play");
    var list = request("tools/list", "");
    return Stream.of(
        bad("no version", call.without("MCP-Protocol-Version"), -32020, "mcp-protocol-version"),
        bad(
            "another version",
            call.with("MCP-Protocol-Version", "2025-11-25"),
            -32020,
            "2025-11-25",
            "2026-07-28"),
        bad("no method", call.without("Mcp-Method"), -32020, "mcp-method", "tools/call"),
        bad(
            "another method",
            call.with("Mcp-Method", "tools/list"),
            -32020,
            "tools/list",
            "tools/call"),
        bad(
            "another method on a list",
            list.with("Mcp-Method", "prompts/list"),
            -32020,
            "prompts/list",
            "tools/list"),
        bad("no name", call.without("Mcp-Name"), -32020, "mcp-name", "raw__play"),
        bad("another name", call.with("Mcp-Name", "raw__other"), -32020, "raw__other", "raw__play"),
        bad(
            "a name that is not base64",
            call.with("Mcp-Name", "=?base64?%%%?="),
            -32020,
            "mcp-name"),
        bad(
            "an encoded other name",
            call.with("Mcp-Name", "=?base64?b3RoZXI=?="),
            -32020,
            "raw__play"));
  }

  static Stream<Bad> bodies() {
    var call = new String(call("raw__play").body(), java.nio.charset.StandardCharsets.UTF_8);
    var capabilities = ",\"io.modelcontextprotocol/clientCapabilities\":{}";
    return Stream.of(
        bad(
            "no _meta",
            withBody(call.replaceAll(",\"_meta\":\\{.*\\}\\}\\}$", "}}")),
            -32602,
            "_meta"),
        bad(
            "no capabilities",
            withBody(call.replace(capabilities, "")),
            -32602,
            "clientcapabilities"),
        bad(
            "a number as version",
            withBody(call.replace(VERSION_KEY + ":\"2026-07-28\"", VERSION_KEY + ":7")),
            -32602,
            "protocolversion"),
        bad("a batch", withBody("[" + call + "]"), -32600, "batch"),
        bad("no JSON", withBody(call + "}"), -32700));
  }

  @ParameterizedTest
  @MethodSource({"headers", "bodies"})
  void isRefusedByNameAndTheConnectionGoesOn(Bad bad) throws Exception {
    upstream.forgetReceived();
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var reply = connection.exchange(bad.request());
      assertThat(reply.status()).as("status: %s", reply).isEqualTo(bad.status());
      var json = JsonText.of(reply.body());
      assertThat(json.text("error", "code")).isEqualTo(String.valueOf(bad.code()));
      for (var name : bad.named()) {
        assertThat(json.string("error", "message").toLowerCase(java.util.Locale.ROOT))
            .contains(name);
      }
      if (bad.code() != -32600 && bad.code() != -32700) {
        assertThat(json.text("id")).as("the id of the request").isEqualTo("\"mine\"");
      }
      assertThat(connection.exchange(call("raw__play")).status()).isEqualTo(200);
    }
    assertThat(upstream.received().stream().filter(message -> message.is("tools/call")))
        .as("only the good call went through")
        .hasSize(1);
  }

  @Test
  void anUnknownVersionIsAnsweredWithTheKnownOnes() throws Exception {
    var body = client.message("\"mine\"", "tools/list", "").replace("2026-07-28", "2099-01-01");
    var request = request("tools/list", "").with("MCP-Protocol-Version", "2099-01-01");
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var reply =
          connection.exchange(HttpRequest.post(request.target(), request.headers(), utf8(body)));
      assertThat(reply.status()).isEqualTo(400);
      var json = JsonText.of(reply.body());
      assertThat(json.text("error", "code")).isEqualTo("-32022");
      assertThat(json.string("error", "data", "requested")).isEqualTo("2099-01-01");
      assertThat(json.text("error", "data", "supported")).contains("2026-07-28");
      assertThat(json.text("id")).isEqualTo("\"mine\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chart/draw",
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "resources/unsubscribe",
        ""
      })
  void aMethodThatIsNotOfThisEraIsUnknown(String method) throws Exception {
    var answer = client.call(method, "");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.errorCode()).isEqualTo(-32601);
    assertThat(answer.errorMessage()).contains(method);
  }

  @Test
  void anUnknownToolPromptResourceOrCursorIsNamed() throws Exception {
    var tool = client.callTool("raw__nothing", "{}");
    assertThat(tool.errorCode()).isEqualTo(-32602);
    assertThat(tool.errorMessage()).contains("raw__nothing");
    var prompt = client.call("prompts/get", "\"name\":\"raw__nothing\"");
    assertThat(prompt.errorCode()).isEqualTo(-32602);
    assertThat(prompt.errorMessage()).contains("raw__nothing");
    var resource = client.call("resources/read", "\"uri\":\"nobody+raw://x\"");
    assertThat(resource.errorCode()).isEqualTo(-32602);
    assertThat(resource.errorMessage()).contains("nobody+raw://x");
    var cursor = client.call("tools/list", "\"cursor\":\"bogus\"");
    assertThat(cursor.errorCode()).isEqualTo(-32602);
  }

  @Test
  void aSessionOfAnotherEraIsIgnored() throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var reply =
          connection.exchange(
              call("raw__play").with("Mcp-Session-Id", "none").with("Last-Event-ID", "7"));
      assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    }
  }

  @Test
  void aNameOutsideAsciiIsComparedDecoded() throws Exception {
    var answer = client.callTool("raw__é", "{}");
    assertThat(answer.errorCode()).as("unknown, not mismatched").isEqualTo(-32602);
    assertThat(answer.errorMessage()).contains("raw__é");
  }

  @Test
  void everyResultHasItsTypeAndEveryListItsHints() throws Exception {
    for (var method :
        List.of(
            "server/discover",
            "tools/list",
            "prompts/list",
            "resources/list",
            "resources/templates/list")) {
      var result = JsonText.of(client.call(method, "").result());
      assertThat(result.string("resultType")).as(method).isEqualTo("complete");
      assertThat(Long.parseLong(result.text("ttlMs"))).as(method).isNotNegative();
      assertThat(result.string("cacheScope")).as(method).isIn("public", "private");
    }
  }

  private static HttpRequest call(String tool) {
    return request("tools/call", "\"name\":\"" + tool + "\",\"arguments\":{}");
  }

  private static HttpRequest request(String method, String members) {
    return client.request(utf8(client.message("\"mine\"", method, members)));
  }

  /** Another body under the headers of a good call. */
  private static HttpRequest withBody(String body) {
    var call = call("raw__play");
    return HttpRequest.post(call.target(), call.headers(), body);
  }

  private static Bad bad(String what, HttpRequest request, int code, String... named) {
    return new Bad(what, request, 400, code, List.of(named));
  }
}
