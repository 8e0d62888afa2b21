package io.portolan.gateway.upstream.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server whose every byte the test decides. One script runs per connection. */
final class RawServer implements AutoCloseable {
  /** What happens on a connection; it is closed when the script returns. */
  @FunctionalInterface
  interface Script {
    void run(Peer peer) throws Exception;
  }

  record Request(String line, List<String> headers, String body) {
    String method() {
      return line.substring(0, line.indexOf(' '));
    }

    String header(String name) {
      var start = name.toLowerCase(Locale.ROOT) + ":";
      return headers.stream()
          .filter(h -> h.toLowerCase(Locale.ROOT).startsWith(start))
          .map(h -> h.substring(start.length()).strip())
          .findFirst()
          .orElse("");
    }

    /** The JSON-RPC id as it was sent. */
    String id() {
      var at = body.indexOf("\"id\":") + 5;
      var to = at;
      while (to < body.length() && ",}".indexOf(body.charAt(to)) < 0) {
        to++;
      }
      return body.substring(at, to);
    }
  }

  static final class Peer {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final List<Request> seen;

    Peer(Socket socket, List<Request> seen) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
      this.seen = seen;
    }

    /** The next request; null when the client closed. */
    @Nullable Request read() throws IOException {
      var head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        var b = in.read();
        if (b < 0) {
          return null;
        }
        head.write(b);
      }
      var lines = List.of(head.toString(StandardCharsets.UTF_8).split("\r\n"));
      var request = new Request(lines.getFirst(), lines.subList(1, lines.size()), "");
      var length = request.header("Content-Length");
      var body =
          length.isEmpty()
              ? ""
              : new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
      request = new Request(request.line(), request.headers(), body);
      seen.add(request);
      return request;
    }

    void send(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    void json(int status, String body, String... headers) throws IOException {
      send(
          "HTTP/1.1 "
              + status
              + " X\r\nContent-Type: application/json\r\n"
              + lines(headers)
              + "Content-Length: "
              + body.getBytes(StandardCharsets.UTF_8).length
              + "\r\n\r\n"
              + body);
    }

    void empty(int status, String... headers) throws IOException {
      send("HTTP/1.1 " + status + " X\r\n" + lines(headers) + "Content-Length: 0\r\n\r\n");
    }

    /** Starts a chunked stream of events. */
    void events(String... headers) throws IOException {
      send(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
              + lines(headers)
              + "\r\n");
    }

    void chunk(String text) throws IOException {
      var length = text.getBytes(StandardCharsets.UTF_8).length;
      send(Integer.toHexString(length) + "\r\n" + text + "\r\n");
    }

    void lastChunk() throws IOException {
      send("0\r\n\r\n");
    }

    /** Ends the connection with RST. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Returns once the client has closed. */
    void awaitClose() throws IOException {
      try {
        while (in.read() >= 0) {
          // whatever it still sends
        }
      } catch (IOException _) {
        // closed the hard way
      }
    }

    private static String lines(String... headers) {
      var text = new StringBuilder();
      for (var header : headers) {
        text.append(header).append("\r\n");
      }
      return text.toString();
    }
  }

  private final Script script;
  private final int port;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private ServerSocket listening;
  private Thread accepting;
  final List<Request> seen = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();

  RawServer(Script script) throws IOException {
    this(script, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  RawServer(Script script, ServerSocket listening) {
    this.script = script;
    this.listening = listening;
    this.port = listening.getLocalPort();
    this.accepting = accept(listening);
  }

  private Thread accept(ServerSocket on) {
    return Thread.ofVirtual()
        .start(
            () -> {
              while (true) {
                Socket socket;
                try {
                  socket = on.accept();
                  socket.setTcpNoDelay(true);
                } catch (IOException _) {
                  return;
                }
                connections.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
              }
            });
  }

  private void serve(Socket socket) {
    try (socket) {
      script.run(new Peer(socket, seen));
    } catch (Exception _) {
      // The test sees what the client made of it.
    }
  }

  int port() {
    return port;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port + "/mcp");
  }

  /** Closes every connection but not the port. */
  void dropConnections() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  /** Closes the port and every connection, as a stopped process does. */
  void stop() throws IOException, InterruptedException {
    listening.close();
    accepting.join(); // only then the port is free
    for (var socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  /** Listens on the same port again. */
  void start() throws IOException {
    listening = new ServerSocket();
    listening.setReuseAddress(true);
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    this.accepting = accept(listening);
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
