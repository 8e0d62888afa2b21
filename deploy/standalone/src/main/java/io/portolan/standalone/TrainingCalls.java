package io.portolan.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** The requests of a training run: what clients of both eras send first and most. */
final class TrainingCalls {
  private static final int ROUNDS = 100;
  private static final String META =
      "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"train\",\"version\":\"1\"},"
          + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

  private final URI endpoint;

  TrainingCalls(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** Answers are not looked at: an error trains as well. */
  void send() throws IOException, InterruptedException {
    try (var http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build()) {
      legacy(http);
      modern(http);
      for (var path : new String[] {"/health/live", "/health/ready", "/metrics"}) {
        var request = HttpRequest.newBuilder(endpoint.resolve(path)).build();
        http.send(request, BodyHandlers.discarding());
      }
    }
  }

  private void legacy(HttpClient http) throws IOException, InterruptedException {
    var initialized =
        post(
            http,
            Map.of(),
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"train\",\"version\":\"1\"}}}");
    var session = initialized.headers().firstValue("Mcp-Session-Id").orElse("none");
    var headers = Map.of("Mcp-Session-Id", session, "MCP-Protocol-Version", "2025-11-25");
    post(http, headers, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    for (var round = 1; round <= ROUNDS; round++) {
      post(
          http,
          headers,
          round % 10 == 1
              ? "{\"jsonrpc\":\"2.0\",\"id\":" + round + ",\"method\":\"tools/list\"}"
              : "{\"jsonrpc\":\"2.0\",\"id\":"
                  + round
                  + ",\"method\":\"tools/call\",\"params\":{\"name\":\"everything__test_simple_text\","
                  + "\"arguments\":{}}}");
    }
    var end = HttpRequest.newBuilder(endpoint).DELETE();
    headers.forEach(end::header);
    http.send(end.build(), BodyHandlers.discarding());
  }

  private void modern(HttpClient http) throws IOException, InterruptedException {
    for (var round = 1; round <= ROUNDS; round++) {
      var list = round % 10 == 1;
      var method = list ? "tools/list" : "tools/call";
      var headers =
          list
              ? Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method)
              : Map.of(
                  "MCP-Protocol-Version", "2026-07-28",
                  "Mcp-Method", method,
                  "Mcp-Name", "everything__test_simple_text");
      post(
          http,
          headers,
          "{\"jsonrpc\":\"2.0\",\"id\":"
              + round
              + ",\"method\":\""
              + method
              + "\",\"params\":{"
              + (list ? "" : "\"name\":\"everything__test_simple_text\",\"arguments\":{},")
              + META
              + "}}");
    }
  }

  private HttpResponse<byte[]> post(HttpClient http, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(endpoint)
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }
}
