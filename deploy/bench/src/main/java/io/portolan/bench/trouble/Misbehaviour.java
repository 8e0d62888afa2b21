package io.portolan.bench.trouble;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/** What a server that is ill in one way does with a call, on the connection it came on. */
final class Misbehaviour {
  private static final int FLOOD_MIB = 1 << 10;
  private static final int DEPTH = 100_000;
  private static final byte[] MIB = "x".repeat(1 << 20).getBytes(ISO_8859_1);
  private static final byte[] CHATTER =
      """
      data: {"jsonrpc":"2.0","method":"notifications/progress",\
      "params":{"progressToken":"nobody's","progress":1}}

      """
          .repeat(1_000)
          .getBytes(ISO_8859_1);

  /** As much as a network would bring; no flood of bytes is faster. */
  private static final long NANOS_PER_MIB = 4_000_000;

  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

  private Misbehaviour() {}

  /** Answers the call with this id, in its way. Blocks for as long as that takes. */
  static void of(IllWay way, Socket socket, String id) throws IOException, InterruptedException {
    var well = json(result(id, "\"content\":[]"));
    switch (way) {
      case REFUSES, HANGS_ON_CONNECT, HANGS -> awaitPeerGone(socket);
      case HANGS_MID_BODY -> {
        put(socket, well.substring(0, well.length() - 20));
        awaitPeerGone(socket);
      }
      case DRIPS -> {
        for (var one : well.split("")) {
          put(socket, one);
          Thread.sleep(1_000);
        }
      }
      case RESETS -> {
        put(socket, EVENTS + "data: {\"json");
        socket.setSoLinger(true, 0);
        socket.close();
      }
      case ERRORS -> put(socket, head("500 Internal Server Error") + "Content-Length: 0\r\n\r\n");
      case THROTTLES ->
          put(
              socket,
              head("429 Too Many Requests") + "Retry-After: 1\r\nContent-Length: 0\r\n\r\n");
      case FLOODS -> {
        put(
            socket,
            head("200 OK") + "Content-Type: application/json\r\nConnection: close\r\n\r\n\"");
        flood(socket, MIB);
      }
      case FLOODS_AN_EVENT -> {
        put(socket, EVENTS + "data: \"");
        flood(socket, MIB);
      }
      case CHATTERS -> {
        put(socket, EVENTS);
        flood(socket, CHATTER);
      }
      case NESTS -> put(socket, json(result(id, "\"content\":" + "[".repeat(DEPTH))));
      case GARBLES -> put(socket, json(result(id, "\"content\":\"\u00ff\u00fe\"")));
      case MISTAKES_THE_CALL -> put(socket, json(result("\"not " + id + "\"", "\"content\":[]")));
      default -> put(socket, well); // ill in another respect
    }
  }

  private static void flood(Socket socket, byte[] part) throws IOException {
    var out = socket.getOutputStream();
    for (long sent = 0; sent < (long) FLOOD_MIB << 20; sent += part.length) {
      out.write(part);
      LockSupport.parkNanos((NANOS_PER_MIB * part.length) >> 20);
    }
    socket.close();
  }

  private static void awaitPeerGone(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {
      // It says nothing more that matters.
    }
  }

  private static String head(String status) {
    return "HTTP/1.1 " + status + "\r\n";
  }

  static String result(String id, String members) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{%s,\"resultType\":\"complete\","
            .formatted(id, members)
        + "\"ttlMs\":60000,\"cacheScope\":\"public\"}}";
  }

  static String json(String body) {
    return head("200 OK")
        + "Content-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  static void put(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }
}
