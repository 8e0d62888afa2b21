package io.portolan.bench.load;

import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Builds the bytes of MCP requests to one endpoint.
 *
 * @param endpoint where to, plain HTTP
 * @param headers extra header lines, each ended by CRLF
 */
record McpRequest(URI endpoint, String headers) {
  static final String LEGACY_VERSION = "2025-11-25";
  static final String MODERN_VERSION = "2026-07-28";

  /** Before there is a session. */
  static McpRequest opening(URI endpoint) {
    return new McpRequest(endpoint, "");
  }

  /** Within a session; an empty id is a server without sessions. */
  static McpRequest within(URI endpoint, String sessionId) {
    var session = sessionId.isEmpty() ? "" : "Mcp-Session-Id: " + sessionId + "\r\n";
    return new McpRequest(endpoint, session + "MCP-Protocol-Version: " + LEGACY_VERSION + "\r\n");
  }

  /** Of the modern era, whose headers repeat the body's method and name. */
  static McpRequest modern(URI endpoint, String method, String name) {
    var named = name.isEmpty() ? "" : "Mcp-Name: " + name + "\r\n";
    return new McpRequest(
        endpoint,
        "MCP-Protocol-Version: %s\r\nMcp-Method: %s\r\n%s"
            .formatted(MODERN_VERSION, method, named));
  }

  /** By who has this bearer token. */
  McpRequest signed(String token) {
    return new McpRequest(endpoint, headers + "Authorization: Bearer " + token + "\r\n");
  }

  String post(String body) {
    return line("POST")
        + headers
        + "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
        + "Content-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  String get() {
    return line("GET") + headers + "Accept: text/event-stream\r\n\r\n";
  }

  String delete() {
    return line("DELETE") + headers + "\r\n";
  }

  private String line(String verb) {
    var path = endpoint.getRawPath() == null ? "/" : endpoint.getRawPath();
    return verb
        + " "
        + path
        + " HTTP/1.1\r\nHost: "
        + endpoint.getHost()
        + ":"
        + endpoint.getPort()
        + "\r\nUser-Agent: portolan-bench\r\n";
  }
}
