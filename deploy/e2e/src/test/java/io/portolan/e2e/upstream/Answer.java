package io.portolan.e2e.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/** What the server does with a request. Messages are sent as they are, id and all. */
public sealed interface Answer {
  /** One JSON body. */
  @SuppressWarnings("ArrayRecordComponent") // bytes on the wire; never compared as records
  record Json(int status, byte[] message) implements Answer {}

  /** A stream of these messages, the last of which is the response. */
  record Sse(List<byte[]> messages) implements Answer {}

  /** A stream that the test writes itself; it ends when the script returns. */
  record Live(Script script) implements Answer {}

  /** An answer that is not MCP at all: these bytes, then the connection is closed. */
  @SuppressWarnings("ArrayRecordComponent") // bytes on the wire; never compared as records
  record Raw(byte[] bytes) implements Answer {}

  /** Whatever the script does with the connection, which is closed when it returns. */
  record Wire(WireScript script) implements Answer {}

  /** The answer to initialize, which names the session in its head. */
  @SuppressWarnings("ArrayRecordComponent") // bytes on the wire; never compared as records
  record Opened(String session, byte[] message) implements Answer {}

  /** 202 and nothing. */
  record Accepted() implements Answer {}

  /** Only a status. */
  record Status(int code) implements Answer {}

  /** A stream of notifications that lasts until the peer closes it. */
  record Listen() implements Answer {}

  /** Writes a stream. */
  @FunctionalInterface
  interface Script {
    void run(EventWriter out) throws IOException, InterruptedException;
  }

  /** Uses a connection as it likes. */
  @FunctionalInterface
  interface WireScript {
    void run(Wires out) throws IOException, InterruptedException;
  }

  /** The connection of one request. */
  interface Wires {
    /** Bytes as they are. */
    void put(byte[] bytes) throws IOException;

    /** Closes the connection with RST: what was written and not read may be lost. */
    void reset() throws IOException;

    /** Waits until the peer has closed the connection. */
    void awaitClosedByPeer();

    default void put(String text) throws IOException {
      put(text.getBytes(UTF_8));
    }
  }

  /** Writes single events. */
  interface EventWriter {
    void message(byte[] message) throws IOException;

    /** Bytes as they are, inside the stream's framing. */
    void raw(byte[] bytes) throws IOException;

    /** Waits until the peer has closed the connection. */
    void awaitClosedByPeer();

    default void message(String message) throws IOException {
      message(message.getBytes(UTF_8));
    }
  }

  static Answer json(String message) {
    return new Json(200, message.getBytes(UTF_8));
  }

  static Answer result(Received request, String result) {
    return json(response(request, result));
  }

  static Answer error(Received request, int status, int code, String message) {
    return new Json(
        status,
        ("{\"jsonrpc\":\"2.0\",\"id\":"
                + request.id()
                + ",\"error\":{\"code\":"
                + code
                + ",\"message\":\""
                + message
                + "\"}}")
            .getBytes(UTF_8));
  }

  static String response(Received request, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":" + result + "}";
  }
}
