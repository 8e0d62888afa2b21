package io.portolan.e2e.tenants;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.wire.ModernClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Somebody with a bearer token, over MCP of all eras and the management API. Remembers all that
 * they were told. For one thread.
 */
public final class Actor implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Set<String> NAMED = Set.of("tools/call", "prompts/get", "resources/read");
  private static final String INITIALIZE =
      """
      {"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},\
      "clientInfo":{"name":"e2e","version":"1"}}""";

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final List<String> heard = new ArrayList<>();
  private final URI endpoint;
  private final String bearer;

  /**
   * @param endpoint of MCP
   */
  public Actor(URI endpoint, String bearer) {
    this.endpoint = endpoint;
    this.bearer = bearer;
  }

  /** A whole reply. */
  public record Told(int status, Map<String, List<String>> headers, String body) {
    /** What a client could tell it from another by, with these words made one. */
    public String masked(List<String> words) {
      var all = new TreeMap<>(headers);
      all.remove("date");
      all.remove("content-length");
      var text = status + " " + all + " " + body;
      for (var word : words) {
        text = text.replace(word, "*");
      }
      return text;
    }

    /** The last message, of a stream or of the whole. */
    public JsonText json() {
      var text = body;
      for (var line : body.lines().toList()) {
        if (line.startsWith("data: ") && line.length() > 6) {
          text = line.substring(6);
        }
      }
      return JsonText.of(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Told send(String method, URI uri, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + bearer)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    headers.forEach(request::header);
    var reply = http.send(request.build(), BodyHandlers.ofString());
    var told = new Told(reply.statusCode(), reply.headers().map(), reply.body());
    heard.add(told.status() + " " + told.headers() + " " + told.body());
    return told;
  }

  /** Asks the management API; where it says that this was too fast, again when it says. */
  public Told api(String method, String target, String body)
      throws IOException, InterruptedException {
    while (true) {
      var told = send(method, endpoint.resolve(target), Map.of(), body);
      if (told.status() != 429) {
        return told;
      }
      var seconds =
          Long.parseLong(told.headers().getOrDefault("retry-after", List.of("1")).getFirst());
      Thread.sleep(Duration.ofSeconds(seconds));
    }
  }

  private static Map<String, String> posting() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", "application/json");
    headers.put("Accept", "application/json, text/event-stream");
    return headers;
  }

  /** Opens a session of the session eras; returns its id. */
  public String open() throws IOException, InterruptedException {
    var told = send("POST", endpoint, posting(), message("0", "initialize", INITIALIZE));
    var session = told.headers().getOrDefault("mcp-session-id", List.of("")).getFirst();
    if (session.isEmpty()) {
      throw new AssertionError("no session was opened: " + told);
    }
    legacy(session, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    return session;
  }

  /** A request message. */
  public static String message(String id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, method, params);
  }

  /** Posts a message in a session, one's own or another's. */
  public Told legacy(String session, String message) throws IOException, InterruptedException {
    var headers = posting();
    headers.put("MCP-Protocol-Version", "2025-11-25");
    headers.put("Mcp-Session-Id", session);
    return send("POST", endpoint, headers, message);
  }

  /** Asks for the stream of a session from an event on. */
  public Told resume(String session, String event) throws IOException, InterruptedException {
    return send(
        "GET",
        endpoint,
        Map.of(
            "Accept",
            "text/event-stream",
            "Mcp-Session-Id",
            session,
            "Last-Event-ID",
            event,
            "MCP-Protocol-Version",
            "2025-11-25"),
        "");
  }

  /** Ends a session, one's own or another's. */
  public Told end(String session) throws IOException, InterruptedException {
    return send("DELETE", endpoint, Map.of("Mcp-Session-Id", session), "");
  }

  /**
   * Sends a request of the stateless era.
   *
   * @param members of params, without the braces
   */
  public Told modern(String method, String members) throws IOException, InterruptedException {
    var client =
        new ModernClient(
            endpoint, "{\"elicitation\":{},\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}");
    return modern(client, method, members);
  }

  /** The same without the extension of tasks: a question comes as one. */
  public Told modernWithoutTasks(String method, String members)
      throws IOException, InterruptedException {
    return modern(new ModernClient(endpoint, "{\"elicitation\":{}}"), method, members);
  }

  private Told modern(ModernClient client, String method, String members)
      throws IOException, InterruptedException {
    var message = client.message("1", method, members);
    var headers = posting();
    headers.put("MCP-Protocol-Version", ModernClient.VERSION);
    headers.put("Mcp-Method", method);
    if (NAMED.contains(method) || method.startsWith("tasks/")) {
      var params = JsonText.of(message.getBytes(StandardCharsets.UTF_8));
      for (var name : List.of("uri", "name", "taskId")) {
        if (params.at("params", name).isPresent()) {
          headers.put("Mcp-Name", ModernClient.headerValue(params.string("params", name)));
          break;
        }
      }
    }
    return send("POST", endpoint, headers, message);
  }

  /** All replies so far. */
  public List<String> heard() {
    return List.copyOf(heard);
  }

  @Override
  public void close() {
    http.close();
  }
}
