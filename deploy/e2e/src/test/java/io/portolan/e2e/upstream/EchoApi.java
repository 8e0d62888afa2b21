package io.portolan.e2e.upstream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP API that keeps what was sent to it, and says it back in JSON. */
public final class EchoApi implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Sent> sent = new CopyOnWriteArrayList<>();
  private final Map<String, String> documents = new ConcurrentHashMap<>();

  /** A request to the API itself, not for a document. */
  public record Sent(String method, String target, Map<String, List<String>> headers, String body) {
    /** The first value of a header; empty where there is none. */
    public String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> header.getValue().getFirst())
          .findFirst()
          .orElse("");
    }
  }

  private EchoApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public static EchoApi start() throws IOException {
    return new EchoApi();
  }

  /** Serves a document; returns where. */
  public URI document(String name, String text) {
    documents.put("/" + name, text);
    return url("/" + name);
  }

  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** All requests so far. */
  public List<Sent> sent() {
    return List.copyOf(sent);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
      var document = documents.get(path);
      if (document != null) {
        reply(exchange, 200, "application/yaml", document.getBytes(StandardCharsets.UTF_8));
        return;
      }
      sent.add(
          new Sent(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              Map.copyOf(exchange.getRequestHeaders()),
              body));
      switch (path) {
        case "/v1/image" -> reply(exchange, 200, "image/png", new byte[] {(byte) 0x89, 'P', 'N'});
        case "/v1/missing" ->
            reply(
                exchange,
                404,
                "application/json",
                "{\"error\":\"no such item\"}".getBytes(StandardCharsets.UTF_8));
        case "/v1/other" ->
            reply(
                exchange,
                200,
                "application/json",
                "{\"method\":7}".getBytes(StandardCharsets.UTF_8));
        default ->
            reply(
                exchange,
                200,
                "application/json",
                "{\"method\":\"%s\",\"target\":\"%s\"}"
                    .formatted(exchange.getRequestMethod(), exchange.getRequestURI())
                    .getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void reply(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
