package io.portolan.bench.trouble;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A stateless-era server with one tool, echo, that misbehaves whenever that is called. One virtual
 * thread a connection; {@link #close()} ends them all.
 */
public final class IllServer implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|\\d+)");
  private static final Pattern LENGTH = Pattern.compile("(?m)^content-length: (\\d+)");
  private static final int FLOOD_MIB = 128;
  private static final String DISCOVERED =
      "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},"
          + "\"serverInfo\":{\"name\":\"ill\",\"version\":\"1\"}";
  private static final String TOOLS =
      "\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}]";

  private final IllWay way;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** Listens on a free port of this machine. */
  public IllServer(IllWay way) throws IOException {
    this.way = way;
    this.listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("ill-" + way.server()).start(this::accept);
  }

  /** Where it is. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/mcp");
  }

  /** Which way it is ill. */
  public IllWay way() {
    return way;
  }

  /** The gateway knows it by now: a server that refuses begins to. */
  public void beginsToBeIll() throws IOException {
    if (way == IllWay.REFUSES) {
      close();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      for (var head = head(in); !head.isEmpty(); head = head(in)) {
        var length = LENGTH.matcher(head);
        var body = new String(in.readNBytes(length.find() ? number(length.group(1)) : 0), UTF_8);
        answer(socket, body);
      }
    } catch (IOException | InterruptedException _) {
      // The gateway left, or the measure is over.
    } finally {
      open.remove(socket);
    }
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    for (var next = in.read(); next >= 0; next = in.read()) {
      head.append((char) next);
      if (next == '\n'
          && head.length() >= 4
          && head.substring(head.length() - 4).equals("\r\n\r\n")) {
        return head.toString().toLowerCase(Locale.ROOT);
      }
    }
    return "";
  }

  private void answer(Socket socket, String body) throws IOException, InterruptedException {
    var id = ID.matcher(body);
    if (!id.find()) {
      put(socket, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    } else if (body.contains("\"server/discover\"")) {
      put(socket, json(result(id.group(1), DISCOVERED)));
    } else if (body.contains("\"tools/list\"")) {
      put(socket, json(result(id.group(1), TOOLS)));
    } else if (body.contains("\"tools/call\"")) {
      misbehave(socket, result(id.group(1), "\"content\":[]"));
    } else {
      put(
          socket,
          "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"); // listens and initialize too
    }
  }

  private void misbehave(Socket socket, String result) throws IOException, InterruptedException {
    switch (way) {
      case REFUSES, HANGS -> awaitPeerGone(socket);
      case HANGS_MID_BODY -> {
        put(socket, json(result).substring(0, json(result).length() - 20));
        awaitPeerGone(socket);
      }
      case DRIPS -> {
        for (var one : json(result).split("")) {
          put(socket, one);
          Thread.sleep(1_000);
        }
      }
      case RESETS -> {
        put(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"json");
        socket.setSoLinger(true, 0);
        socket.close();
      }
      case ERRORS ->
          put(socket, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops");
      case THROTTLES ->
          put(
              socket,
              "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
      case FLOODS -> {
        put(
            socket,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n\"");
        var part = "x".repeat(1 << 20);
        for (int i = 0; i < FLOOD_MIB; i++) {
          put(socket, part);
        }
        socket.close();
      }
    }
  }

  private static void awaitPeerGone(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {
      // It says nothing more that matters.
    }
  }

  private static String result(String id, String members) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{%s,\"resultType\":\"complete\","
            .formatted(id, members)
        + "\"ttlMs\":60000,\"cacheScope\":\"public\"}}";
  }

  private static String json(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static void put(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
