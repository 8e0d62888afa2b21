package io.portolan.standalone.bridge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * An MCP endpoint of someone else's, whose every answer a test decides. Records what it is sent.
 */
final class FakeEndpoint implements AutoCloseable {
  /** What arrived: header names in lower case. */
  record Received(int arrival, String method, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  /** Answers one request. */
  interface Behaviour {
    void answer(Received received, Reply reply) throws IOException, InterruptedException;
  }

  /** Writes one answer. */
  static final class Reply {
    private final HttpExchange exchange;

    private Reply(HttpExchange exchange) {
      this.exchange = exchange;
    }

    Reply header(String name, String value) {
      exchange.getResponseHeaders().set(name, value);
      return this;
    }

    void status(int status) throws IOException {
      exchange.sendResponseHeaders(status, -1);
    }

    void json(String body) throws IOException {
      json(200, body);
    }

    void json(int status, String body) throws IOException {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      header("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }

    void stream() throws IOException {
      header("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
    }

    void event(String text) throws IOException {
      exchange.getResponseBody().write((text + "\n\n").getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    }

    void message(String json) throws IOException {
      event("event: message\ndata: " + json);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger arrivals = new AtomicInteger();
  private volatile Behaviour behaviour;

  FakeEndpoint(Behaviour behaviour) throws IOException {
    this(behaviour, 0);
  }

  FakeEndpoint(Behaviour behaviour, int port) throws IOException {
    this.behaviour = behaviour;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
    server.setExecutor(threads);
    server.createContext("/mcp", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    var arrival = arrivals.getAndIncrement();
    var headers = new TreeMap<String, String>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var seen = new Received(arrival, exchange.getRequestMethod(), headers, body);
    received.add(seen);
    try (exchange) {
      behaviour.answer(seen, new Reply(exchange));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port() + "/mcp");
  }

  int port() {
    return server.getAddress().getPort();
  }

  void behave(Behaviour other) {
    behaviour = other;
  }

  List<Received> received() {
    return received;
  }

  List<Received> received(Predicate<Received> filter) {
    return received.stream().filter(filter).toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
