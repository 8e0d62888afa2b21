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
import io.portolan.e2e.wire.HttpReply;
import io.portolan.e2e.wire.HttpRequest;
import io.portolan.e2e.wire.LegacyClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a legacy client must not send: refused by name, with the connection none the worse. */
@NeedsDistribution
class BadInputTest {
  private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

  @TempDir static Path dir;

  private static RawUpstream upstream;
  private static GatewayProcess gateway;
  private static LegacyClient client;

  /**
   * A bad request and what must come back.
   *
   * @param codes the JSON-RPC codes that fit; empty when the answer needs no JSON-RPC body
   * @param named what the message must mention: what was sent, and what was expected
   */
  record Bad(String what, HttpRequest request, int status, Set<Integer> codes, List<String> named) {
    @Override
    public String toString() {
      return what;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    upstream.script(call -> Answer.result(call, "{\"content\":[]}"));
    gateway = GatewayProcess.up(dir, new McpJson().http("raw", upstream.url()).writeTo(dir));
    client = LegacyClient.open(gateway.endpoint());
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, upstream);
  }

  static Stream<Bad> badBodies() {
    return Stream.of(
        body("a batch", "[" + PING + "]", -32600, "batch", "one"),
        body("an empty batch", "[]", -32600, "batch"),
        body("no JSON", "hello", -32700, "json"),
        body("an empty body", "", -32700, "byte 0"),
        body("half a message", PING.substring(0, 30), -32700, "byte 30"),
        body("two messages", PING + PING, -32700, "after"),
        body("a scalar", "42", -32600, "object"),
        body("another JSON-RPC", PING.replace("2.0", "1.0"), -32600, "jsonrpc", "1.0", "2.0"),
        body("no jsonrpc", "{\"id\":1,\"method\":\"ping\"}", -32600, "jsonrpc"),
        body("an object as id", PING.replace(":1,", ":{},"), -32600, "id"),
        body("null as id", PING.replace(":1,", ":null,"), -32600, "id", "null"),
        body("a number as method", PING.replace("\"ping\"", "7"), -32600, "method"),
        body("neither method nor result", "{\"jsonrpc\":\"2.0\",\"id\":1}", -32600, "method"),
        body("a trailing comma", PING.replace("}", ",}"), -32700, ","),
        body("a comment", "/* x */" + PING, -32700),
        body("single quotes", PING.replace('"', '\''), -32700),
        body("a bare NaN", PING.replace(":1,", ":NaN,"), -32700),
        body("a number with a leading zero", PING.replace(":1,", ":01,"), -32700),
        body("an escape that is none", PING.replace("ping", "p\\xing"), -32700),
        body("a control character", PING.replace("ping", "pi\u0001ng"), -32700),
        body("a byte order mark", "\ufeff" + PING, -32700));
  }

  static Stream<Bad> badBytes() {
    var invalid = PING.replace("ping", "p??g").getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < invalid.length; i++) {
      invalid[i] = invalid[i] == '?' ? (byte) 0xC3 : invalid[i];
    }
    var twice = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"method\":\"tools/list\"}";
    var deep =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
            + "\"raw__play\",\"arguments\":{\"a\":"
            + "[".repeat(50_000)
            + "]".repeat(50_000)
            + "}}}";
    return Stream.of(
        new Bad("invalid UTF-8", client.request(invalid), 400, Set.of(-32700), List.of("utf-8")),
        new Bad(
            "one member twice",
            client.request(utf8(twice)),
            400,
            Set.of(-32600, -32700),
            List.of("method")),
        new Bad(
            "one member twice, escaped",
            client.request(utf8(twice.replace("\"method\":\"tools", "\"meth\\u006fd\":\"tools"))),
            400,
            Set.of(-32600, -32700),
            List.of("meth", "duplicate")),
        new Bad(
            "50,000 levels",
            client.request(utf8(deep)),
            400,
            Set.of(-32600, -32700),
            List.of("deep", "level")),
        new Bad(
            "50,000 levels, unclosed",
            client.request(utf8("[".repeat(50_000))),
            400,
            Set.of(-32600, -32700),
            List.of()));
  }

  static Stream<Bad> badHeads() {
    var ping = client.request(utf8(PING));
    var get = HttpRequest.get(ping.target(), ping.headers().without("Content-Type"));
    return Stream.of(
        head("an unknown session", ping.with("Mcp-Session-Id", "none"), 404, "session"),
        head("no session", ping.without("Mcp-Session-Id"), 400, "mcp-session-id"),
        head(
            "an unknown version",
            ping.with("MCP-Protocol-Version", "1999-01-01"),
            400,
            "1999-01-01",
            "2025-11-25"),
        head(
            "another media type",
            ping.with("Content-Type", "text/plain"),
            415,
            "text/plain",
            "application/json"),
        head("no media type", ping.without("Content-Type"), 415, "application/json"),
        head(
            "HTML wanted",
            ping.with("Accept", "text/html"),
            406,
            "text/html",
            "application/json",
            "text/event-stream"),
        head(
            "a bad Origin",
            ping.with("Origin", "http://evil.example.com"),
            403,
            "evil.example.com"),
        head("a null Origin", ping.with("Origin", "null"), 403, "origin"),
        head("a bad Host", ping.with("Host", "evil.example.com"), 403, "evil.example.com"),
        head("a Host that only begins well", ping.with("Host", "localhost.evil.example"), 403),
        head(
            "a stream without a session",
            get.without("Mcp-Session-Id").with("Accept", "text/event-stream"),
            400,
            "mcp-session-id"),
        head(
            "a stream of an unknown session",
            get.with("Mcp-Session-Id", "none").with("Accept", "text/event-stream"),
            404),
        head(
            "a stream that may not be events",
            get.with("Accept", "application/json"),
            406,
            "text/event-stream"),
        head(
            "an unknown path",
            new HttpRequest("POST", "/nowhere", ping.headers(), utf8(PING)),
            404),
        head(
            "an unknown server",
            new HttpRequest("POST", ping.target() + "/s/nobody", ping.headers(), utf8(PING)),
            404,
            "nobody"),
        head(
            "a method that is none of MCP",
            new HttpRequest("PUT", ping.target(), ping.headers(), utf8(PING)),
            405));
  }

  @ParameterizedTest
  @MethodSource({"badBodies", "badBytes", "badHeads"})
  void isRefusedByNameAndTheConnectionGoesOn(Bad bad) throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var reply = connection.exchange(bad.request());
      assertThat(reply.status()).as("status: %s", reply).isEqualTo(bad.status());
      if (!bad.codes().isEmpty()) {
        assertThat(code(reply)).as(reply.toString()).isIn(bad.codes());
      }
      for (var name : bad.named()) {
        assertThat(reply.text().toLowerCase(Locale.ROOT)).as("the message").contains(name);
      }
      assertThat(reply.text()).doesNotContain("Exception").doesNotContain("io.portolan");

      var next =
          reply.headers().names("Connection", "close")
              ? HttpConnection.to(gateway.endpoint())
              : connection;
      try (next) {
        assertThat(next.exchange(client.request(utf8(PING))).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void anUnknownToolPromptResourceOrCursorIsNamed() throws Exception {
    var tool = client.callTool("raw__nothing", "{}");
    assertThat(tool.errorCode()).isEqualTo(-32602);
    assertThat(tool.errorMessage()).contains("raw__nothing");
    var prompt = client.call("prompts/get", "{\"name\":\"raw__nothing\"}");
    assertThat(prompt.errorCode()).isEqualTo(-32602);
    assertThat(prompt.errorMessage()).contains("raw__nothing");
    var resource = client.call("resources/read", "{\"uri\":\"nobody+raw://x\"}");
    assertThat(resource.errorCode()).isEqualTo(-32002);
    assertThat(resource.errorMessage()).contains("nobody+raw://x");
    var cursor = client.call("tools/list", "{\"cursor\":\"bogus\"}");
    assertThat(cursor.errorCode()).isEqualTo(-32602);
    assertThat(cursor.errorMessage()).contains("cursor");
  }

  @Test
  void aCallWithoutANameSaysWhatIsMissing() throws Exception {
    for (var params : List.of("{}", "{\"name\":7}", "{\"name\":null,\"arguments\":{}}")) {
      var answer = client.call("tools/call", params);
      assertThat(answer.errorCode()).as(params).isEqualTo(-32602);
      assertThat(answer.errorMessage()).as(params).contains("name");
    }
  }

  @Test
  void aRequestMethodWithoutAnIdIsANotificationAndCallsNothing() throws Exception {
    upstream.forgetReceived();
    var reply =
        client.post(
            "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"raw__play\"}}");
    assertThat(reply.status()).isEqualTo(202);
    assertThat(client.call("ping", "{}").result()).isEqualTo(utf8("{}"));
    assertThat(upstream.received()).noneMatch(message -> message.method().equals("tools/call"));
  }

  @Test
  void anUnknownVersionInInitializeIsAnsweredWithTheLatest() throws Exception {
    for (var version : List.of("1.0.0", "2099-01-01", "")) {
      var opened = LegacyClient.open(gateway.endpoint(), "{}", version);
      assertThat(opened.initializeAnswer().string("result", "protocolVersion"))
          .isEqualTo(LegacyClient.LATEST);
    }
  }

  @Test
  void aLocalOriginMayCall() throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      for (var origin : List.of("http://localhost:6274", "http://127.0.0.1:3000")) {
        var reply = connection.exchange(client.request(utf8(PING)).with("Origin", origin));
        assertThat(reply.status()).as(origin).isEqualTo(200);
      }
      var reply = connection.exchange(client.request(utf8(PING)).with("Host", "localhost"));
      assertThat(reply.status()).as("Host: localhost").isEqualTo(200);
    }
  }

  @Test
  void aBodyAnnouncedTooLargeIsRefusedUnread() throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      connection.send(client.request(utf8(PING)).with("Content-Length", "1073741824"));
      var answer = connection.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.headers().fields()).isNotEmpty();
    }
    assertThat(client.call("ping", "{}").status()).isEqualTo(200);
  }

  @Test
  void aBodyThatNeverEndsIsRefused() throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      connection.send(
          new HttpRequest(
              "POST",
              gateway.endpoint().getPath(),
              client.request(new byte[0]).headers().with("Transfer-Encoding", "chunked"),
              new byte[0]));
      var chunk = utf8("10000\r\n" + " ".repeat(1 << 16) + "\r\n");
      var status = 0;
      try {
        for (int i = 0; i < 2048; i++) { // 128 MiB, beyond any limit
          connection.write(chunk);
        }
        status = connection.answer().status();
      } catch (java.net.SocketException _) {
        status = statusAfterReset(connection);
      }
      assertThat(status).isIn(413, -1);
    }
    assertThat(client.call("ping", "{}").status()).isEqualTo(200);
  }

  @Test
  void bytesThatAreNotHttpHarmNobody() throws Exception {
    for (var garbage :
        List.of(
            "\u0000\u0001\u0002\r\n\r\n",
            "NONSENSE\r\n\r\n",
            "GET\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\n{}",
            "GET /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + "y".repeat(1 << 20) + "\r\n\r\n")) {
      try (var connection = HttpConnection.to(gateway.endpoint())) {
        connection.write(utf8(garbage));
        assertThat(connection.answer().status()).isBetween(400, 499);
      } catch (java.io.IOException _) {
        // hanging up is an answer too
      }
      assertThat(client.call("ping", "{}").status()).isEqualTo(200);
    }
  }

  /** The answer that may have come before the reset, or -1 when there is none to be read. */
  private static int statusAfterReset(HttpConnection connection) {
    try {
      return connection.answer().status();
    } catch (java.io.IOException _) {
      return -1;
    }
  }

  private static int code(HttpReply reply) {
    return Integer.parseInt(JsonText.of(reply.body()).text("error", "code"));
  }

  private static Bad body(String what, String body, int code, String... named) {
    return new Bad(what, client.request(utf8(body)), 400, Set.of(code), List.of(named));
  }

  private static Bad head(String what, HttpRequest request, int status, String... named) {
    return new Bad(what, request, status, Set.of(), List.of(named));
  }
}
