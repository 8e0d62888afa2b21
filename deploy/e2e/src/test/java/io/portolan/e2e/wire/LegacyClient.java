package io.portolan.e2e.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.portolan.e2e.json.JsonText;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client of the session eras (2025-11-25 unless told) in raw messages. Calls may be made from
 * many threads: each has a connection of its own.
 */
public final class LegacyClient {
  public static final String LATEST = "2025-11-25";

  private final URI endpoint;
  private final Headers headers;
  private final byte[] initialized;
  private final AtomicLong lastId = new AtomicLong();

  private LegacyClient(URI endpoint, Headers headers, byte[] initialized) {
    this.endpoint = endpoint;
    this.headers = headers;
    this.initialized = initialized;
  }

  public static LegacyClient open(URI endpoint) throws IOException {
    return open(endpoint, "{}");
  }

  /** Opens a session, declaring the given capabilities (a JSON object). */
  public static LegacyClient open(URI endpoint, String capabilities) throws IOException {
    return open(endpoint, capabilities, LATEST);
  }

  public static LegacyClient open(URI endpoint, String capabilities, String version)
      throws IOException {
    var first = new LegacyClient(endpoint, accepting(), new byte[0]);
    var answer = first.call("initialize", initializeParams(version, capabilities));
    var result = answer.result();
    var headers =
        accepting().with("MCP-Protocol-Version", JsonText.of(result).string("protocolVersion"));
    var session = answer.headers().first("Mcp-Session-Id");
    if (session.isPresent()) {
      headers = headers.with("Mcp-Session-Id", session.get());
    }
    var client = new LegacyClient(endpoint, headers, answer.response());
    var reply = client.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    if (reply.status() != 202) {
      throw new AssertionError("notifications/initialized was not accepted: " + reply);
    }
    return client;
  }

  public static String initializeParams(String version, String capabilities) {
    return """
        {"protocolVersion":"%s","capabilities":%s,\
        "clientInfo":{"name":"e2e","version":"1"}}"""
        .formatted(version, capabilities);
  }

  public static Headers accepting() {
    return Headers.of(
        "Content-Type", "application/json", "Accept", "application/json, text/event-stream");
  }

  /** The whole answer to initialize. */
  public JsonText initializeAnswer() {
    return JsonText.of(initialized);
  }

  public Optional<String> sessionId() {
    return headers.first("Mcp-Session-Id");
  }

  public String nextId() {
    return String.valueOf(lastId.incrementAndGet());
  }

  /** Calls a method with these params (a JSON value) under a fresh id. */
  public Answered call(String method, String params) throws IOException {
    return send(message(nextId(), method, params).getBytes(UTF_8));
  }

  /** Calls a tool with these arguments (a JSON object). */
  public Answered callTool(String name, String arguments) throws IOException {
    return call("tools/call", "{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}");
  }

  public static String message(String id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"method\":\""
        + method
        + "\",\"params\":"
        + params
        + "}";
  }

  /** Sends a request message as it is and reads its answer to the end. */
  public Answered send(byte[] message) throws IOException {
    return send(message, _ -> {});
  }

  public Answered send(byte[] message, Answered.Listener listener) throws IOException {
    try (var connection = HttpConnection.to(endpoint)) {
      return Answered.read(connection.open(request(message)), listener);
    }
  }

  /** Posts a notification or a response. */
  public HttpReply post(String message) throws IOException {
    try (var connection = HttpConnection.to(endpoint)) {
      return connection.exchange(request(message.getBytes(UTF_8)));
    }
  }

  /** The request that carries a message in this session. */
  public HttpRequest request(byte[] message) {
    return HttpRequest.post(endpoint.getPath(), headers, message);
  }

  /** Opens the stream for messages that belong to no request. */
  public Listening listen() throws IOException {
    var connection = HttpConnection.to(endpoint);
    var stream =
        connection.open(
            HttpRequest.get(
                endpoint.getPath(),
                headers.without("Content-Type").with("Accept", "text/event-stream")));
    if (stream.status() != 200 || !stream.isEvents()) {
      throw new AssertionError("no stream: " + stream.whole());
    }
    return new Listening(connection, stream.events());
  }

  /** An open stream of a session. */
  public record Listening(HttpConnection connection, Events events) implements AutoCloseable {
    /** The next message of that method. */
    public JsonText await(String method) throws IOException {
      for (var event = events.nextMessage(); event.isPresent(); event = events.nextMessage()) {
        var message = JsonText.of(event.get().data());
        if (message.at("method").isPresent() && message.string("method").equals(method)) {
          return message;
        }
      }
      throw new AssertionError("the stream ended before " + method);
    }

    @Override
    public void close() {
      connection.close();
    }
  }

  /** Ends the session. */
  public HttpReply delete() throws IOException {
    try (var connection = HttpConnection.to(endpoint)) {
      return connection.exchange(
          HttpRequest.delete(endpoint.getPath(), headers.without("Content-Type")));
    }
  }
}
