package io.portolan.mcp.kit.serve;

import io.portolan.mcp.kit.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A bare client: sends what it is told and shows what came back. */
final class Wire implements AutoCloseable {
  /** One server-sent event. */
  record Event(Optional<String> id, String data) {
    JsonNode json() {
      return Json.MAPPER.readTree(data);
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI endpoint;

  Wire(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** A modern request with all its headers; {@code more} members are added to params. */
  static ObjectNode modern(int id, String method, ObjectNode params, String capabilities) {
    var request = Json.object().put("jsonrpc", "2.0").put("id", id).put("method", method);
    var meta = params.path("_meta") instanceof ObjectNode m ? m : params.putObject("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
    meta.set("io.modelcontextprotocol/clientCapabilities", Json.MAPPER.readTree(capabilities));
    request.set("params", params);
    return request;
  }

  static ObjectNode call(String tool, String arguments) {
    var params = Json.object().put("name", tool);
    params.set("arguments", Json.MAPPER.readTree(arguments));
    return params;
  }

  static Map<String, String> headersOf(JsonNode request) {
    var headers = new LinkedHashMap<String, String>();
    headers.put("MCP-Protocol-Version", "2026-07-28");
    headers.put("Mcp-Method", request.path("method").asString());
    var name = request.path("params").path("name");
    if (name.isString()) {
      headers.put("Mcp-Name", name.asString());
    }
    var uri = request.path("params").path("uri");
    if (uri.isString()) {
      headers.put("Mcp-Name", uri.asString());
    }
    return headers;
  }

  HttpResponse<String> send(JsonNode request) throws IOException, InterruptedException {
    return post(Json.write(request), headersOf(request));
  }

  HttpResponse<String> post(String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    return http.send(request(body, headers), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<InputStream> open(String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    return http.send(request(body, headers), HttpResponse.BodyHandlers.ofInputStream());
  }

  HttpResponse<InputStream> get(Map<String, String> headers)
      throws IOException, InterruptedException {
    var builder = HttpRequest.newBuilder(endpoint).header("Accept", "text/event-stream").GET();
    headers.forEach(builder::header);
    return http.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  int delete(Map<String, String> headers) throws IOException, InterruptedException {
    var builder = HttpRequest.newBuilder(endpoint).DELETE();
    headers.forEach(builder::header);
    return http.send(builder.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private HttpRequest request(String body, Map<String, String> headers) {
    var builder =
        HttpRequest.newBuilder(endpoint)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(builder::header);
    return builder.build();
  }

  static JsonNode json(HttpResponse<String> response) {
    return Json.MAPPER.readTree(response.body());
  }

  /** All events of a stream that has ended. */
  static List<Event> events(String body) throws IOException {
    var reader = new BufferedReader(new StringReader(body));
    var events = new ArrayList<Event>();
    while (true) {
      var event = next(reader);
      if (event.isEmpty()) {
        return events;
      }
      events.add(event.get());
    }
  }

  static BufferedReader reader(HttpResponse<InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  /** The next event; nothing at the end of the stream. */
  static Optional<Event> next(BufferedReader reader) throws IOException {
    var id = Optional.<String>empty();
    var data = Optional.<String>empty();
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith("id: ")) {
        id = Optional.of(line.substring(4));
      } else if (line.startsWith("data:")) {
        data = Optional.of(line.substring(5).strip());
      } else if (line.isEmpty() && data.isPresent()) {
        return Optional.of(new Event(id, data.get()));
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
