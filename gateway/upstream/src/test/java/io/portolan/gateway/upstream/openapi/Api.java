package io.portolan.gateway.upstream.openapi;

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

/** An HTTP server on loopback that answers by path, and keeps what it was asked. */
final class Api implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Reply> replies = new ConcurrentHashMap<>();
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  record Asked(String method, String target, Map<String, List<String>> headers, int status) {
    String header(String name) {
      return headers.getOrDefault(name, List.of("")).getFirst();
    }
  }

  /** An answer; with an ETag it is 304 to who has it. */
  static final class Reply {
    final int status;
    final Map<String, String> headers;
    final byte[] body;

    Reply(int status, Map<String, String> headers, String body) {
      this.status = status;
      this.headers = headers;
      this.body = body.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  Api() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  void reply(String path, int status, Map<String, String> headers, String body) {
    replies.put(path, new Reply(status, headers, body));
  }

  long count(String path, int status) {
    return asked.stream()
        .filter(each -> each.target().equals(path) && each.status() == status)
        .count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      var path = exchange.getRequestURI().getPath();
      var reply = replies.getOrDefault(path, new Reply(404, Map.of(), "nothing here"));
      var tag = reply.headers.get("ETag");
      var known = exchange.getRequestHeaders().getFirst("If-None-Match");
      var status = tag != null && tag.equals(known) ? 304 : reply.status;
      asked.add(
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              Map.copyOf(exchange.getRequestHeaders()),
              status));
      reply.headers.forEach(exchange.getResponseHeaders()::set);
      var isBodiless = status == 304 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(
          status, isBodiless || reply.body.length == 0 ? -1 : reply.body.length);
      if (!isBodiless && reply.body.length > 0) {
        exchange.getResponseBody().write(reply.body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
