package io.portolan.mcp.kit.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.mcp.kit.Eras;
import io.portolan.mcp.kit.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds for every request, whatever its era. */
class EndpointTest {
  private static final int BODY_MAX = 2_048;
  private static final String INITIALIZE =
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",
      "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

  private static HttpServing serving(Eras eras) {
    return HttpServing.start(
        new TestTools().server(),
        new HttpOptions("127.0.0.1", 0, eras, Set.of(), BODY_MAX, 10, 100));
  }

  @Test
  void aBatchIsRefused() throws Exception {
    try (var serving = serving(Eras.DUAL);
        var wire = new Wire(serving.endpoint())) {
      var answer = wire.post("[" + INITIALIZE + "]", Map.of());
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(Wire.json(answer).at("/error/code").asInt()).isEqualTo(-32600);
      assertThat(Wire.json(answer).at("/error/message").asString()).contains("batch");
    }
  }

  @Test
  void aBodyOfTheBoundPassesAndOneByteMoreDoesNot() throws Exception {
    try (var serving = serving(Eras.DUAL);
        var wire = new Wire(serving.endpoint())) {
      var padding = " ".repeat(BODY_MAX - INITIALIZE.length());
      assertThat(wire.post(INITIALIZE + padding, Map.of()).statusCode()).isEqualTo(200);
      var answer = wire.post(INITIALIZE + padding + " ", Map.of());
      assertThat(answer.statusCode()).isEqualTo(413);
      // And without an announced length.
      var chunked =
          HttpRequest.newBuilder(serving.endpoint())
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.fromPublisher(
                      HttpRequest.BodyPublishers.ofString(INITIALIZE + padding + " ")))
              .build();
      try (var http = HttpClient.newHttpClient()) {
        assertThat(http.send(chunked, HttpResponse.BodyHandlers.ofString()).statusCode())
            .isEqualTo(413);
      }
    }
  }

  @Test
  void otherContentAndOtherMethodsAreRefused() throws Exception {
    try (var serving = serving(Eras.DUAL);
        var http = HttpClient.newHttpClient()) {
      var text =
          HttpRequest.newBuilder(serving.endpoint())
              .header("Content-Type", "text/plain")
              .POST(HttpRequest.BodyPublishers.ofString(INITIALIZE))
              .build();
      assertThat(http.send(text, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(415);
      var json =
          HttpRequest.newBuilder(serving.endpoint())
              .header("Content-Type", "application/json")
              .header("Accept", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(INITIALIZE))
              .build();
      assertThat(http.send(json, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(406);
      var put =
          HttpRequest.newBuilder(serving.endpoint())
              .PUT(HttpRequest.BodyPublishers.ofString(INITIALIZE))
              .build();
      assertThat(http.send(put, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }
  }

  @Test
  void aRequestThatAWebPageCouldHaveSentIsForbidden() throws Exception {
    try (var serving = serving(Eras.DUAL);
        var wire = new Wire(serving.endpoint())) {
      assertThat(wire.post(INITIALIZE, Map.of("Origin", "http://evil.example.com")).statusCode())
          .isEqualTo(403);
      assertThat(wire.post(INITIALIZE, Map.of("Origin", "http://localhost:3000")).statusCode())
          .isEqualTo(200);
      assertThat(statusLine(serving.endpoint(), "evil.example.com")).contains(" 403 ");
      assertThat(statusLine(serving.endpoint(), "localhost")).contains(" 200 ");
    }
  }

  @Test
  void oneEraAloneRefusesTheOther() throws Exception {
    try (var serving = serving(Eras.MODERN);
        var wire = new Wire(serving.endpoint())) {
      var answer = wire.post(INITIALIZE, Map.of());
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(Wire.json(answer).at("/error/code").asInt()).isEqualTo(-32022);
      assertThat(Wire.json(answer).at("/error/data/requested").asString()).isEqualTo("2025-11-25");
      assertThat(wire.get(Map.of()).statusCode()).isEqualTo(405);
      assertThat(wire.delete(Map.of())).isEqualTo(405);
    }
    try (var serving = serving(Eras.LEGACY);
        var wire = new Wire(serving.endpoint())) {
      var answer = wire.send(Wire.modern(1, "server/discover", Json.object(), "{}"));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(Wire.json(answer).at("/error/code").asInt()).isNotIn(-32020, -32021, -32022);
      assertThat(wire.post(INITIALIZE, Map.of()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void smallEventsAreNotHeldBack() {
    try (var serving = serving(Eras.DUAL)) {
      assertThat(serving.sendsAtOnce()).isTrue();
    }
  }

  /** The client of the JDK does not let a test choose the Host header. */
  private static String statusLine(URI endpoint, String host) throws IOException {
    try (var socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
      var body = INITIALIZE.getBytes(StandardCharsets.UTF_8);
      var head =
          "POST /mcp HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
              .formatted(host, body.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      var reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return Optional.ofNullable(reader.readLine()).orElse("");
    }
  }
}
