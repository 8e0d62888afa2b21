package io.portolan.standalone.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/** A server of protocol version 2025-11-25 that says what it is told to; the third party's part. */
final class McpPeer implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("\"id\":\\s*(\"[^\"]*\"|\\d+)");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile String tools = "[]";
  private volatile String authorization = "";
  private volatile int status = 200;
  private volatile String location = "";

  McpPeer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
  }

  /** From now on it lists these, a JSON array. */
  McpPeer offers(String json) {
    tools = json;
    return this;
  }

  /** From now on it wants to be shown this. */
  McpPeer wants(String header) {
    authorization = header;
    return this;
  }

  /** From now on it answers everything so. */
  McpPeer refuses(int with, String to) {
    status = with;
    location = to;
    return this;
  }

  private void answer(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var shown = exchange.getRequestHeaders().getFirst("Authorization");
    if (status != 200) {
      if (!location.isEmpty()) {
        exchange.getResponseHeaders().set("Location", location);
      }
      exchange.sendResponseHeaders(status, -1);
    } else if (!authorization.isEmpty() && !authorization.equals(shown)) {
      exchange.sendResponseHeaders(401, -1);
    } else if (!exchange.getRequestMethod().equals("POST")) {
      exchange.sendResponseHeaders(405, -1);
    } else if (body.contains("\"notifications/")) {
      exchange.sendResponseHeaders(202, -1);
    } else {
      send(exchange, body);
    }
    exchange.close();
  }

  private void send(HttpExchange exchange, String body) throws IOException {
    var id = ID.matcher(body);
    var sent =
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + (id.find() ? id.group(1) : "null")
            + ","
            + said(body)
            + "}";
    var bytes = sent.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private String said(String body) {
    if (body.contains("\"initialize\"")) {
      return "\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
          + "\"serverInfo\":{\"name\":\"peer\",\"version\":\"1\"}}";
    }
    return body.contains("\"tools/list\"")
        ? "\"result\":{\"tools\":" + tools + "}"
        : "\"error\":{\"code\":-32601,\"message\":\"Method not found\"}";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
