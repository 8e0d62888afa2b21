package io.portolan.bench.trouble;

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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A stateless-era server with one tool, echo, that misbehaves whenever that is called, or one that
 * is well. One virtual thread a connection; {@link #close()} ends them all.
 */
final class IllServer implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|\\d+)");
  private static final Pattern LENGTH = Pattern.compile("(?m)^content-length: (\\d+)");
  private static final int QUEUE_FULL_MILLIS = 200;
  private static final String DISCOVERED =
      "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},"
          + "\"serverInfo\":{\"name\":\"ill\",\"version\":\"1\"}";
  private static final String TOOL = "{\"name\":\"echo%s\",\"inputSchema\":{\"type\":\"object\"}}";

  private final @Nullable IllWay way;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean deaf;

  /** Listens on a free port of this machine; null is a server that is well. */
  IllServer(@Nullable IllWay way) throws IOException {
    this.way = way;
    var backlog = way == IllWay.HANGS_ON_CONNECT ? 1 : 256;
    this.listener = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("ill-" + way).start(this::accept);
  }

  /** Where it is. */
  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/mcp");
  }

  /** The gateway knows it by now: a server whose port is ill begins to be. */
  void beginsToBeIll() throws IOException {
    if (way == IllWay.REFUSES) {
      close();
    } else if (way == IllWay.HANGS_ON_CONNECT) {
      deaf = true;
      closeConnections();
      fillQueue();
    }
  }

  /** Connects until nobody is let in any more; the queue holds what came before. */
  private void fillQueue() {
    while (true) {
      var socket = new Socket();
      try {
        socket.connect(listener.getLocalSocketAddress(), QUEUE_FULL_MILLIS);
        open.add(socket);
      } catch (IOException _) {
        return;
      }
    }
  }

  private void accept() {
    while (!listener.isClosed() && !deaf) {
      try {
        var socket = listener.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        if (!deaf) {
          Thread.ofVirtual().start(() -> serve(socket));
        }
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
        var bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
        answer(socket, new String(in.readNBytes(bytes), UTF_8));
      }
    } catch (IOException | InterruptedException _) {
      // The gateway left, or the measure is over.
    } finally {
      open.remove(socket);
    }
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
      Misbehaviour.put(socket, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    } else if (body.contains("\"server/discover\"")) {
      say(socket, id.group(1), DISCOVERED);
    } else if (body.contains("\"tools/list\"")) {
      say(socket, id.group(1), way == IllWay.LISTS_FOR_EVER ? page() : tools(TOOL.formatted("")));
    } else if (!body.contains("\"tools/call\"")) {
      // Listening and initialize too.
      Misbehaviour.put(socket, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    } else if (way == null) {
      say(socket, id.group(1), "\"content\":[]");
    } else {
      Misbehaviour.of(way, socket, id.group(1));
    }
  }

  private static void say(Socket socket, String id, String members) throws IOException {
    Misbehaviour.put(socket, Misbehaviour.json(Misbehaviour.result(id, members)));
  }

  private static String page() {
    var from = System.nanoTime();
    return IntStream.range(0, 1_000)
            .mapToObj(i -> TOOL.formatted("-" + from + "-" + i))
            .collect(Collectors.joining(",", "\"tools\":[", "]"))
        + ",\"nextCursor\":\"more\"";
  }

  private static String tools(String tool) {
    return "\"tools\":[" + tool + "]";
  }

  private void closeConnections() throws IOException {
    for (var socket : open) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    closeConnections();
  }
}
