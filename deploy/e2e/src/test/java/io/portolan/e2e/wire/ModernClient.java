package io.portolan.e2e.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.portolan.e2e.json.JsonText;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A client of the stateless era (2026-07-28) in raw messages; safe for many threads. */
public final class ModernClient {
  public static final String VERSION = "2026-07-28";

  private static final Set<String> NAMED = Set.of("tools/call", "prompts/get", "resources/read");

  private final URI endpoint;
  private final String capabilities;
  private final AtomicLong lastId = new AtomicLong();

  public ModernClient(URI endpoint) {
    this(endpoint, "{}");
  }

  /** Every request declares these capabilities (a JSON object). */
  public ModernClient(URI endpoint, String capabilities) {
    this.endpoint = endpoint;
    this.capabilities = capabilities;
  }

  /** The members that {@code _meta} of every request must have, without the braces. */
  public String meta() {
    return """
        "io.modelcontextprotocol/protocolVersion":"%s",\
        "io.modelcontextprotocol/clientInfo":{"name":"e2e","version":"1"},\
        "io.modelcontextprotocol/clientCapabilities":%s"""
        .formatted(VERSION, capabilities);
  }

  public String nextId() {
    return String.valueOf(lastId.incrementAndGet());
  }

  /** A request message; {@code members} are those of params, without the braces, or nothing. */
  public String message(String id, String method, String members) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"method\":\""
        + method
        + "\",\"params\":{"
        + (members.isEmpty() ? "" : members + ",")
        + "\"_meta\":{"
        + meta()
        + "}}}";
  }

  /** Calls a method; {@code members} are those of params, without the braces, or nothing. */
  public Answered call(String method, String members) throws IOException {
    return send(message(nextId(), method, members).getBytes(UTF_8));
  }

  /** Calls a tool with these arguments (a JSON object). */
  public Answered callTool(String name, String arguments) throws IOException {
    return call("tools/call", "\"name\":\"" + name + "\",\"arguments\":" + arguments);
  }

  /** Sends a request message as it is, with the headers that belong to it. */
  public Answered send(byte[] message) throws IOException {
    return send(message, _ -> {});
  }

  public Answered send(byte[] message, Answered.Listener listener) throws IOException {
    try (var connection = HttpConnection.to(endpoint)) {
      return Answered.read(connection.open(request(message)), listener);
    }
  }

  /** The request that carries a message, its headers read from the message. */
  public HttpRequest request(byte[] message) {
    var json = JsonText.of(message);
    var method = json.string("method");
    var headers =
        LegacyClient.accepting().with("MCP-Protocol-Version", VERSION).with("Mcp-Method", method);
    if (NAMED.contains(method)) {
      var member = method.equals("resources/read") ? "uri" : "name";
      headers = headers.with("Mcp-Name", headerValue(json.string("params", member)));
    }
    return HttpRequest.post(endpoint.getPath(), headers, message);
  }

  /** A value as a header carries it: encoded when it is not plain visible ASCII. */
  public static String headerValue(String value) {
    var plain =
        value.chars().allMatch(c -> c >= 0x20 && c < 0x7f)
            && value.equals(value.strip())
            && !value.startsWith("=?base64?");
    return plain
        ? value
        : "=?base64?" + java.util.Base64.getEncoder().encodeToString(value.getBytes(UTF_8)) + "?=";
  }
}
