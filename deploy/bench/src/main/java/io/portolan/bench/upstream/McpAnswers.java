package io.portolan.bench.upstream;

import io.portolan.bench.wire.HttpReader;
import io.portolan.bench.wire.JsonSlice;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Turns a request into the bytes of its reply.
 *
 * <p>Paths: {@code /mcp} has the tools that can be called; {@code /u/{n}/mcp} is one of many small
 * servers; {@code /t/{count}/mcp} is one server with that many tools; {@code /modern/mcp} is the
 * first one in the modern era; {@code /streams/mcp} is the first one with a GET stream, on which
 * nothing ever comes. Used by the server's one thread only.
 */
final class McpAnswers {
  private static final int BIG_TEXT_BYTES = 64 << 10;
  private static final byte[] HEAD =
      ascii("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ");
  private static final byte[] HEAD_END = ascii("\r\n\r\n");
  private static final byte[] STREAM_HEAD =
      ascii(
          String.join(
              "\r\n",
              "HTTP/1.1 200 OK",
              "Content-Type: text/event-stream",
              "X-Accel-Buffering: no",
              "Transfer-Encoding: chunked",
              "",
              ""));
  private static final byte[] ID = ascii("{\"jsonrpc\":\"2.0\",\"id\":");
  private static final byte[] RESULT = ascii(",\"result\":");
  private static final byte[] TEXT = ascii("{\"content\":[{\"type\":\"text\",\"text\":\"");
  private static final byte[] TEXT_END = ascii("\"}],\"isError\":false}");
  private static final byte[] TEXT_END_MODERN =
      ascii("\"}],\"isError\":false,\"resultType\":\"complete\"}");
  private static final byte[] NOTHING = {};
  private static final byte[] FILLER = filler();

  private final ToolLists tools = new ToolLists();
  private final SessionHeaders sessions;
  private int sessionsOpened;

  enum SessionHeaders {
    ISSUED,
    ABSENT
  }

  McpAnswers(SessionHeaders sessions) {
    this.sessions = sessions;
  }

  /** Puts the reply; when it goes on as a stream, returns the rest of it, which is started. */
  Optional<ProgressStream> answer(HttpReader request, Output out) {
    if (request.startsWith("POST ")) {
      return post(request, out);
    }
    if (request.startsWith("DELETE ")) {
      empty(out, "200 OK");
    } else if (request.startsWith("GET /streams/")) {
      out.put(STREAM_HEAD);
    } else {
      empty(out, "405 Method Not Allowed\r\nAllow: POST, DELETE");
    }
    return Optional.empty();
  }

  private Optional<ProgressStream> post(HttpReader request, Output out) {
    var message = JsonSlice.of(request.bytes(), request.bodyFrom(), request.bodyTo());
    var id = message.member("id");
    var method = message.member("method");
    if (id.isEmpty() || method.isEmpty()) {
      empty(out, "202 Accepted");
      return Optional.empty();
    }
    var era = request.startsWith("POST /modern/") ? Era.MODERN : Era.LEGACY;
    if (method.get().is("\"tools/call\"")) {
      return call(message, id.get(), era, out);
    }
    var name = method.get().text();
    switch (era) {
      case LEGACY -> legacy(name, message, id.get(), request, out);
      case MODERN -> modern(name, id.get(), out);
    }
    return Optional.empty();
  }

  private Optional<ProgressStream> call(JsonSlice message, JsonSlice id, Era era, Output out) {
    var params = message.member("params");
    var tool = params.flatMap(p -> p.member("name"));
    var text = params.flatMap(p -> p.at("arguments", "text"));
    if (tool.isEmpty() || text.isEmpty() || text.get().bytes()[text.get().from()] != '"') {
      error(out, "200 OK", id, -32602, "a tool's name and a text are required");
    } else if (tool.get().is("\"echo\"")) {
      text(id, text.get(), NOTHING, era, out);
    } else if (tool.get().is("\"big\"")) {
      text(id, text.get(), FILLER, era, out);
    } else if (tool.get().is("\"progress\"")) {
      var token = params.flatMap(p -> p.at("_meta", "progressToken")).map(JsonSlice::raw);
      var result = "{\"content\":[{\"type\":\"text\",\"text\":" + text.get().raw() + "}]";
      var type = era == Era.MODERN ? ",\"resultType\":\"complete\"}" : "}";
      var stream = new ProgressStream(id.raw(), token.orElse("0"), result + type);
      stream.start(out);
      return Optional.of(stream);
    } else {
      error(out, "200 OK", id, -32602, "Unknown tool: " + tool.get().text());
    }
    return Optional.empty();
  }

  private static void text(JsonSlice id, JsonSlice text, byte[] more, Era era, Output out) {
    var end = era == Era.MODERN ? TEXT_END_MODERN : TEXT_END;
    var idBytes = id.to() - id.from();
    var textBytes = text.to() - text.from() - 2 + more.length;
    out.put(HEAD)
        .put(ID.length + idBytes + RESULT.length + TEXT.length + textBytes + end.length + 1)
        .put(HEAD_END)
        .put(ID)
        .put(id.bytes(), id.from(), id.to())
        .put(RESULT)
        .put(TEXT)
        .put(text.bytes(), text.from() + 1, text.to() - 1)
        .put(more)
        .put(end)
        .put("}");
  }

  private void legacy(
      String method, JsonSlice message, JsonSlice id, HttpReader request, Output out) {
    switch (method) {
      case "initialize" -> {
        var asked = message.at("params", "protocolVersion").map(JsonSlice::text).orElse("");
        var version = asked.matches("2025-(03-26|06-18|11-25)") ? asked : "2025-11-25";
        var session =
            switch (sessions) {
              case ISSUED -> "\r\nMcp-Session-Id: bench-" + ++sessionsOpened;
              case ABSENT -> "";
            };
        result(
            out,
            "200 OK" + session,
            id,
            """
            {"protocolVersion":"%s","capabilities":{"tools":{}},\
            "serverInfo":{"name":"bench-upstream","version":"1"}}"""
                .formatted(version)
                .getBytes(StandardCharsets.UTF_8));
      }
      case "ping" -> result(out, "200 OK", id, ascii("{}"));
      case "tools/list" -> {
        var list = toolsAt(request);
        result(out, "200 OK", id, ascii("{\"tools\":"), list, ascii("}"));
      }
      // A server of this era knows neither the method nor the version that comes with it.
      case "server/discover" ->
          error(out, "400 Bad Request", id, -32000, "Bad Request: Unsupported protocol version");
      default -> error(out, "200 OK", id, -32601, "Method not found");
    }
  }

  private void modern(String method, JsonSlice id, Output out) {
    switch (method) {
      case "server/discover" ->
          result(
              out,
              "200 OK",
              id,
              ascii(
                  """
                  {"resultType":"complete","supportedVersions":["2026-07-28"],\
                  "capabilities":{"tools":{}},"ttlMs":60000,"cacheScope":"public",\
                  "_meta":{"io.modelcontextprotocol/serverInfo":\
                  {"name":"bench-upstream","version":"1"}}}"""));
      case "tools/list" ->
          result(
              out,
              "200 OK",
              id,
              ascii("{\"resultType\":\"complete\",\"tools\":"),
              tools.callable(),
              ascii(",\"ttlMs\":60000,\"cacheScope\":\"public\"}"));
      default -> error(out, "404 Not Found", id, -32601, "Method not found");
    }
  }

  private byte[] toolsAt(HttpReader request) {
    var path = request.startLine().split(" ")[1].split("/");
    if (path.length == 4 && path[1].equals("u")) {
      return tools.of("server " + path[2], ToolLists.TOOLS_PER_SERVER);
    }
    if (path.length == 4 && path[1].equals("t") && path[2].matches("[0-9]{1,5}")) {
      return tools.of("one server", Integer.parseInt(path[2]));
    }
    return tools.callable();
  }

  private static void result(Output out, String status, JsonSlice id, byte[]... parts) {
    var length = ID.length + id.to() - id.from() + RESULT.length + 1;
    for (var part : parts) {
      length += part.length;
    }
    head(out, status, length);
    out.put(ID).put(id.bytes(), id.from(), id.to()).put(RESULT);
    for (var part : parts) {
      out.put(part);
    }
    out.put("}");
  }

  private static void error(Output out, String status, JsonSlice id, int code, String message) {
    json(
        out,
        status,
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\"}}"
            .formatted(id.raw(), code, message));
  }

  private static void json(Output out, String status, String json) {
    var body = json.getBytes(StandardCharsets.UTF_8);
    head(out, status, body.length);
    out.put(body);
  }

  private static void head(Output out, String status, int length) {
    out.put("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: ")
        .put(length)
        .put(HEAD_END);
  }

  private static void empty(Output out, String status) {
    out.put("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
  }

  private static byte[] filler() {
    return ascii("0123456789abcdef".repeat(BIG_TEXT_BYTES / 16));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
