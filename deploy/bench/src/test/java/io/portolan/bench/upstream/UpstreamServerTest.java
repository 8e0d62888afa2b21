package io.portolan.bench.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asked through the JDK's own client, so that two mistakes of ours cannot cancel out. */
class UpstreamServerTest {
  private RunningUpstream upstream;
  private HttpClient http;

  @BeforeEach
  void start() throws IOException {
    upstream = RunningUpstream.start();
    http = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    upstream.close();
  }

  @Test
  void initializeAgreesOnAKnownVersionAndIssuesASession() throws Exception {
    var reply =
        post(
            "/mcp",
            request("initialize", "\"protocolVersion\":\"2025-06-18\",\"capabilities\":{}"));
    assertThat(reply.body())
        .contains("\"protocolVersion\":\"2025-06-18\"")
        .contains("\"id\":\"x1\"");
    assertThat(reply.headers().firstValue("mcp-session-id")).isPresent();
    assertThat(post("/mcp", request("initialize", "\"protocolVersion\":\"1999\"")).body())
        .contains("\"protocolVersion\":\"2025-11-25\"");
  }

  @Test
  void aServerWithoutSessionsIssuesNone() throws Exception {
    try (var other = RunningUpstream.startWithoutSessions()) {
      var reply = send(other.at("/mcp"), request("initialize", ""));
      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.headers().firstValue("mcp-session-id")).isEmpty();
    }
  }

  @Test
  void notificationsAndResponsesGetAnEmpty202() throws Exception {
    var note = post("/mcp", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    assertThat(note.statusCode()).isEqualTo(202);
    assertThat(note.body()).isEmpty();
    assertThat(post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}").statusCode())
        .isEqualTo(202);
  }

  @Test
  void echoAnswersWithTheBytesItWasGiven() throws Exception {
    var reply = post("/mcp", call("echo", "a\\u00e9\\n\\\"b"));
    assertThat(reply.headers().firstValue("content-type")).contains("application/json");
    assertThat(reply.body())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":\"x1\",\"result\":{\"content\":[{\"type\":\"text\","
                + "\"text\":\"a\\u00e9\\n\\\"b\"}],\"isError\":false}}");
  }

  @Test
  void bigAnswersWith64KibMore() throws Exception {
    assertThat(post("/mcp", call("big", "t")).body()).hasSizeBetween(64 << 10, 65 << 10);
  }

  @Test
  void progressIsTwentyEventsWithTheCallersTokenAndThenTheResult() throws Exception {
    var body =
        request(
            "tools/call",
            "\"name\":\"progress\",\"arguments\":{\"text\":\"done\"},\"_meta\":{\"progressToken\":7}");
    var reply = post("/mcp", body);
    assertThat(reply.headers().firstValue("content-type")).contains("text/event-stream");
    var data = reply.body().lines().filter(line -> line.startsWith("data: ")).toList();
    assertThat(data).hasSize(21);
    assertThat(data.subList(0, 20)).allMatch(line -> line.contains("\"progressToken\":7"));
    assertThat(data.get(19)).contains("\"progress\":20,");
    assertThat(data.get(20)).contains("\"id\":\"x1\"").contains("done");
  }

  @Test
  void listsDependOnThePath() throws Exception {
    assertThat(names(post("/mcp", request("tools/list", "")))).isEqualTo(10);
    assertThat(names(post("/u/7/mcp", request("tools/list", "")))).isEqualTo(10);
    assertThat(names(post("/t/1000/mcp", request("tools/list", "")))).isEqualTo(1000);
    assertThat(post("/u/7/mcp", request("tools/list", "")).body()).contains("server 7");
    assertThat(post("/mcp", request("tools/list", "")).body()).contains("\"name\":\"progress\"");
  }

  @Test
  void theLegacyPathIsTakenForALegacyServer() throws Exception {
    var reply = post("/mcp", request("server/discover", ""));
    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(reply.body()).contains("-32000").doesNotContain("-3202");
    assertThat(post("/mcp", request("prompts/list", "")).body()).contains("-32601");
    assertThat(post("/mcp", request("ping", "")).body()).contains("\"result\":{}");
  }

  @Test
  void theModernPathSpeaksTheModernEraOnly() throws Exception {
    assertThat(post("/modern/mcp", request("server/discover", "")).body())
        .contains("\"supportedVersions\":[\"2026-07-28\"]")
        .contains("\"resultType\":\"complete\"");
    assertThat(post("/modern/mcp", call("echo", "t")).body())
        .contains("\"resultType\":\"complete\"");
    assertThat(post("/modern/mcp", request("tools/list", "")).body()).contains("\"ttlMs\":");
    var initialize = post("/modern/mcp", request("initialize", ""));
    assertThat(initialize.statusCode()).isEqualTo(404);
    assertThat(initialize.body()).contains("-32601");
  }

  @Test
  void thereIsNoGetStreamButADeleteSucceeds() throws Exception {
    var uri = upstream.at("/mcp");
    var get = http.send(HttpRequest.newBuilder(uri).GET().build(), BodyHandlers.ofString());
    assertThat(get.statusCode()).isEqualTo(405);
    var delete = http.send(HttpRequest.newBuilder(uri).DELETE().build(), BodyHandlers.ofString());
    assertThat(delete.statusCode()).isEqualTo(200);
  }

  @Test
  void anUnknownToolAndMissingArgumentsAreJsonRpcErrors() throws Exception {
    assertThat(post("/mcp", call("nothing", "t")).body()).contains("-32602");
    assertThat(post("/mcp", request("tools/call", "\"name\":\"echo\"")).body()).contains("-32602");
  }

  private static long names(HttpResponse<String> reply) {
    return reply.body().split("\"name\":", -1).length - 1L;
  }

  private static String call(String tool, String text) {
    return request(
        "tools/call", "\"name\":\"%s\",\"arguments\":{\"text\":\"%s\"}".formatted(tool, text));
  }

  private static String request(String method, String params) {
    return "{\"method\":\"%s\",\"params\":{%s},\"id\":\"x1\",\"jsonrpc\":\"2.0\"}"
        .formatted(method, params);
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(upstream.at(path), body);
  }

  private HttpResponse<String> send(URI uri, String body) throws Exception {
    var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)).build();
    return http.send(request, BodyHandlers.ofString());
  }
}
