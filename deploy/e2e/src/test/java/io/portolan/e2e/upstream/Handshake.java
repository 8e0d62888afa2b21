package io.portolan.e2e.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.portolan.e2e.upstream.RawUpstream.Era;
import io.portolan.e2e.wire.ModernClient;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What the server does by itself: sessions, discovery, lists, streams for notifications. */
final class Handshake {
  private static final String CAPABILITIES =
      """
      {"tools":{"listChanged":true},"prompts":{"listChanged":true},\
      "resources":{"listChanged":true,"subscribe":true},"logging":{},"completions":{}}""";
  private static final String INFO = "{\"name\":\"raw\",\"version\":\"1\"}";
  private static final Map<String, String> NAME_MEMBER =
      Map.of("tools/call", "name", "prompts/get", "name", "resources/read", "uri");

  private final Era era;
  private volatile Lists lists;
  private final Consumer<String> complaint;
  private final Set<String> sessions = ConcurrentHashMap.newKeySet();

  /** The open streams, each with the id of the listen request it answers, if it answers one. */
  private final Map<AnswerWriter, Optional<String>> streams = new ConcurrentHashMap<>();

  Handshake(Era era, Lists lists, Consumer<String> complaint) {
    this.era = era;
    this.lists = lists;
    this.complaint = complaint;
  }

  void lists(Lists next) {
    lists = next;
  }

  void forgetSessions() {
    sessions.clear();
    streams.clear();
  }

  int streams() {
    return streams.size();
  }

  void push(String notification) throws IOException {
    for (var entry : streams.entrySet()) {
      var tagged = entry.getValue().map(id -> tagged(notification, id)).orElse(notification);
      entry.getKey().message(tagged);
    }
  }

  /** The server's own answer to a message, or nothing if it is for the script. */
  Optional<Answer> answer(Received message) {
    if (message.isModern()) {
      return era == Era.LEGACY ? Optional.of(noSession(message)) : modern(message);
    }
    return era == Era.MODERN ? Optional.of(tooOld(message)) : legacy(message);
  }

  /** Serves GET and DELETE; says whether the connection can go on. */
  boolean serveOther(Received request, AnswerWriter out) throws IOException, InterruptedException {
    var session = request.headers().first("Mcp-Session-Id").orElse("");
    if (era == Era.MODERN || !sessions.contains(session)) {
      out.status(era == Era.MODERN ? 405 : session.isEmpty() ? 400 : 404);
      return true;
    }
    if (request.httpMethod().equals("DELETE")) {
      sessions.remove(session);
      out.status(200);
      return true;
    }
    out.openEvents();
    hold(out, Optional.empty());
    return false;
  }

  private Optional<Answer> legacy(Received message) {
    if (message.method().equals("initialize")) {
      return Optional.of(new Answer.Opened(newSession(), initialized(message).getBytes(UTF_8)));
    }
    var session = message.headers().first("Mcp-Session-Id").orElse("");
    if (!sessions.contains(session)) {
      if (!session.isEmpty()) {
        complaint.accept("unknown session " + session + " for " + message.method());
      }
      return Optional.of(
          session.isEmpty()
              ? noSession(message)
              : Answer.error(message, 404, -32001, "Session not found"));
    }
    if (!message.isRequest()) {
      return Optional.of(new Answer.Accepted());
    }
    var members = lists.members(message.method());
    if (!members.isEmpty()) {
      return Optional.of(Answer.result(message, "{" + members + "}"));
    }
    return message.method().equals("ping")
        ? Optional.of(Answer.result(message, "{}"))
        : Optional.empty();
  }

  private String initialized(Received message) {
    var asked = message.json().string("params", "protocolVersion");
    var version =
        Set.of("2025-03-26", "2025-06-18", "2025-11-25").contains(asked) ? asked : "2025-11-25";
    var result =
        "{\"protocolVersion\":\""
            + version
            + "\",\"capabilities\":"
            + CAPABILITIES
            + ",\"serverInfo\":"
            + INFO
            + "}";
    return Answer.response(message, result);
  }

  private String newSession() {
    var session = UUID.randomUUID().toString();
    sessions.add(session);
    return session;
  }

  private Optional<Answer> modern(Received message) {
    var wrong = headerFault(message);
    if (wrong.isPresent()) {
      complaint.accept(wrong.get() + ": " + message);
      return Optional.of(Answer.error(message, 400, -32020, wrong.get()));
    }
    if (!message.isRequest()) {
      return Optional.of(new Answer.Accepted());
    }
    var hints = "\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\"";
    if (message.method().equals("server/discover")) {
      return Optional.of(
          Answer.result(
              message,
              "{\"supportedVersions\":[\""
                  + ModernClient.VERSION
                  + "\"],\"capabilities\":"
                  + CAPABILITIES
                  + ",\"serverInfo\":"
                  + INFO
                  + ","
                  + hints
                  + "}"));
    }
    if (message.method().equals("subscriptions/listen")) {
      return Optional.of(new Answer.Listen());
    }
    var members = lists.members(message.method());
    return members.isEmpty()
        ? Optional.empty()
        : Optional.of(Answer.result(message, "{" + members + "," + hints + "}"));
  }

  /** Keeps a subscriptions/listen stream open and feeds it. */
  void listen(Received message, AnswerWriter out) throws IOException, InterruptedException {
    out.openEvents();
    var asked =
        message.json().at("params", "notifications").isPresent()
            ? message.json().text("params", "notifications")
            : "{}";
    out.message(
        tagged(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\","
                + "\"params\":{\"notifications\":"
                + asked
                + "}}",
            message.id()));
    hold(out, Optional.of(message.id()));
  }

  private void hold(AnswerWriter out, Optional<String> subscription) throws InterruptedException {
    streams.put(out, subscription);
    try {
      out.awaitClosedByPeer();
    } finally {
      streams.remove(out);
    }
  }

  private static String tagged(String notification, String id) {
    var tag = "\"io.modelcontextprotocol/subscriptionId\":" + id;
    if (notification.contains("\"_meta\":{")) {
      return notification.replace("\"_meta\":{", "\"_meta\":{" + tag + ",");
    }
    return notification.contains("\"params\":{")
        ? notification
            .replace("\"params\":{", "\"params\":{\"_meta\":{" + tag + "},")
            .replace("},}", "}}")
        : notification.substring(0, notification.length() - 1)
            + ",\"params\":{\"_meta\":{"
            + tag
            + "}}}";
  }

  private static Optional<String> headerFault(Received message) {
    var headers = message.headers();
    if (!headers.first("MCP-Protocol-Version").orElse("").equals(ModernClient.VERSION)) {
      return Optional.of("MCP-Protocol-Version is not that of the body");
    }
    if (!headers.first("Mcp-Method").orElse("").equals(message.method())) {
      return Optional.of("Mcp-Method is not that of the body");
    }
    var member = NAME_MEMBER.get(message.method());
    if (member != null
        && !decoded(headers.first("Mcp-Name").orElse(""))
            .equals(message.json().string("params", member))) {
      return Optional.of("Mcp-Name is not that of the body");
    }
    return Optional.empty();
  }

  private static String decoded(String header) {
    return header.startsWith("=?base64?") && header.endsWith("?=")
        ? new String(Base64.getDecoder().decode(header.substring(9, header.length() - 2)), UTF_8)
        : header;
  }

  private static Answer noSession(Received message) {
    return message.isRequest()
        ? Answer.error(message, 400, -32000, "Bad Request: no session")
        : new Answer.Status(400);
  }

  private static Answer tooOld(Received message) {
    if (!message.isRequest()) {
      return new Answer.Status(400);
    }
    return new Answer.Json(
        400,
        ("{\"jsonrpc\":\"2.0\",\"id\":"
                + message.id()
                + ",\"error\":{\"code\":-32022,\"message\":\"Unsupported protocol version\","
                + "\"data\":{\"supported\":[\"2026-07-28\"],\"requested\":\"\"}}}")
            .getBytes(UTF_8));
  }
}
