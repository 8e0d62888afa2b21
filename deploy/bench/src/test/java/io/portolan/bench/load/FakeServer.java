package io.portolan.bench.load;

import io.portolan.bench.wire.HttpReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that shakes hands properly and then answers calls the way a test wants. */
final class FakeServer implements AutoCloseable {
  private final ServerSocket listener;
  private final CallAnswer callAnswer;
  private final AtomicInteger calls = new AtomicInteger();

  /** How the n-th call is answered, counted from 1 over all connections. */
  interface CallAnswer {
    Answer to(int n, long id);
  }

  /** Bytes to send, and whether the connection is closed after them. */
  record Answer(String bytes, boolean thenClose) {
    static Answer json(String body) {
      return new Answer(http(body), false);
    }
  }

  FakeServer(CallAnswer callAnswer) throws IOException {
    this.callAnswer = callAnswer;
    listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/mcp");
  }

  /** The answer that the load generator expects to an echo call. */
  static String echoed(long id) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":{\"content\":[%s],\"isError\":false}}"
        .formatted(id, content(id));
  }

  static String content(long id) {
    return "{\"type\":\"text\",\"text\":\"call %d of the bench, sent as it is\"}".formatted(id);
  }

  static String http(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(body.length(), body);
  }

  private void accept() {
    try {
      while (true) {
        var socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var reader = new HttpReader();
      while (true) {
        while (!reader.complete()) {
          if (reader.readFrom(socket.getInputStream()) < 0) {
            return;
          }
        }
        var answer = answer(reader);
        reader.next();
        socket.getOutputStream().write(answer.bytes().getBytes(StandardCharsets.UTF_8));
        if (answer.thenClose()) {
          return;
        }
      }
    } catch (IOException _) {
      // The load generator has gone.
    }
  }

  private Answer answer(HttpReader request) {
    var body = request.bodyText();
    if (body.contains("\"initialize\"")) {
      return Answer.json(
          "{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":{\"protocolVersion\":\"2025-11-25\"}}"
              .formatted(id(body)));
    }
    if (body.contains("notifications/initialized")) {
      return new Answer("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", false);
    }
    if (request.startsWith("DELETE ")) {
      return new Answer("HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n", false);
    }
    return callAnswer.to(calls.incrementAndGet(), id(body));
  }

  private static long id(String body) {
    var from = body.indexOf("\"id\":") + 5;
    return Long.parseLong(body.substring(from, from + 10));
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
