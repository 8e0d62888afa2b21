package io.portolan.tenancy.auth.upstream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stands in for somebody's authorization server: answers as a test says, and keeps what came. */
final class TokenServer implements AutoCloseable {
  /** A request to the token endpoint. */
  record Asked(String authorization, Map<String, String> form) {}

  /** An answer of it. */
  record Said(int status, String json) {}

  private final HttpServer server;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Function<Asked, Said> answer = _ -> new Said(200, tokens("token-1", 3600, null));
  private volatile Map<String, String> documents = Map.of();

  TokenServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::document);
    server.createContext("/token", this::token);
    server.start();
  }

  static String tokens(String access, int seconds, @Nullable String refresh) {
    return "{\"access_token\":\""
        + access
        + "\",\"token_type\":\"Bearer\",\"expires_in\":"
        + seconds
        + (refresh == null ? "" : ",\"refresh_token\":\"" + refresh + "\"")
        + "}";
  }

  void answers(Function<Asked, Said> how) {
    answer = how;
  }

  void documents(Map<String, String> byPath) {
    documents = Map.copyOf(byPath);
  }

  List<Asked> asked() {
    return asked;
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private void token(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var form = new LinkedHashMap<String, String>();
    for (var pair : body.split("&", -1)) {
      var parts = pair.split("=", 2);
      form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    var request =
        new Asked(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")), form);
    asked.add(request);
    send(exchange, answer.apply(request));
  }

  private void document(HttpExchange exchange) throws IOException {
    var found = documents.get(exchange.getRequestURI().getPath());
    send(exchange, found == null ? new Said(404, "{}") : new Said(200, found));
  }

  private static void send(HttpExchange exchange, Said said) throws IOException {
    var bytes = said.json().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(said.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
