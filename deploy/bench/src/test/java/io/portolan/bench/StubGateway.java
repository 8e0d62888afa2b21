package io.portolan.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.bench.wire.JsonSlice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * The least that keeps the command-line contract of {@code ./portolan up}, so that the bench can be
 * tested without the gateway. It is slow and forgives everything.
 */
final class StubGateway {
  private static final Pattern SERVER =
      Pattern.compile("\"(\\w+)\": \\{\"type\": \"http\", \"url\": \"([^\"]+)\"");

  private final Map<String, URI> servers;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger sessions = new AtomicInteger();

  private StubGateway(Map<String, URI> servers) {
    this.servers = servers;
  }

  public static void main(String[] args) throws Exception {
    var options = List.of(args);
    if (options.equals(List.of("version"))) {
      System.out.println("stub 1");
      return;
    }
    if (!options.getFirst().equals("up") || !Files.isDirectory(path(options, "--data-dir"))) {
      throw new IllegalArgumentException("unexpected: " + options);
    }
    var servers = new LinkedHashMap<String, URI>();
    var matcher = SERVER.matcher(Files.readString(path(options, "--mcp-json")));
    while (matcher.find()) {
      servers.put(matcher.group(1), URI.create(matcher.group(2)));
    }
    var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    var gateway = new StubGateway(servers);
    server.createContext("/mcp", gateway::serve);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    System.out.println("endpoint  http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
    System.out.println("Ready in no time");
    new CountDownLatch(1).await();
  }

  private static Path path(List<String> options, String name) {
    return Path.of(options.get(options.indexOf(name) + 1));
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestMethod()) {
        case "POST" -> post(exchange);
        case "GET" -> stream(exchange);
        default -> exchange.sendResponseHeaders(200, -1);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  // Open until the client goes away, or the process ends.
  private static void stream(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().flush();
    new CountDownLatch(1).await();
  }

  private void post(HttpExchange exchange) throws IOException, InterruptedException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var message = JsonSlice.of(body.getBytes(StandardCharsets.UTF_8));
    var id = message.member("id");
    if (id.isEmpty()) {
      exchange.sendResponseHeaders(202, -1);
      return;
    }
    var own = exchange.getRequestURI().getPath().substring("/mcp".length());
    var server = own.isEmpty() ? "" : own.substring("/s/".length());
    var method = message.member("method").orElseThrow().text();
    if (method.equals("initialize")) {
      exchange.getResponseHeaders().add("Mcp-Session-Id", "s" + sessions.incrementAndGet());
      json(exchange, id.get().raw(), "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}");
    } else if (method.equals("tools/list") && server.isEmpty()) {
      json(exchange, id.get().raw(), "{\"tools\":[" + federated(body) + "]}");
    } else if (server.isEmpty()) {
      var name = message.at("params", "name").orElseThrow().text().split("__", 2);
      relay(exchange, name[0], body.replace("\"" + name[0] + "__", "\""));
    } else {
      relay(exchange, server, body);
    }
  }

  private String federated(String body) throws IOException, InterruptedException {
    var tools = new StringBuilder();
    for (var server : servers.entrySet()) {
      var request =
          HttpRequest.newBuilder(server.getValue()).POST(BodyPublishers.ofString(body)).build();
      var reply = http.send(request, BodyHandlers.ofByteArray()).body();
      for (var tool : JsonSlice.of(reply).at("result", "tools").orElseThrow().elements()) {
        var renamed = "{\"name\":\"" + server.getKey() + "__";
        tools.append(tools.isEmpty() ? "" : ",");
        tools.append(tool.raw().replace("{\"name\":\"", renamed));
      }
    }
    return tools.toString();
  }

  private void relay(HttpExchange exchange, String server, String body)
      throws IOException, InterruptedException {
    var endpoint = servers.get(server);
    if (endpoint == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    var request = HttpRequest.newBuilder(endpoint).POST(BodyPublishers.ofString(body)).build();
    var reply = http.send(request, BodyHandlers.ofInputStream());
    exchange
        .getResponseHeaders()
        .add("Content-Type", reply.headers().firstValue("content-type").orElse(""));
    exchange.sendResponseHeaders(reply.statusCode(), 0);
    try (var in = reply.body()) {
      var buffer = new byte[8192];
      for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        exchange.getResponseBody().write(buffer, 0, count);
        exchange.getResponseBody().flush();
      }
    }
  }

  private static void json(HttpExchange exchange, String id, String result) throws IOException {
    var body =
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}"
            .formatted(id, result)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }
}
