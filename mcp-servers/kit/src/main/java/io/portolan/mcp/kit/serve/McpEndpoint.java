package io.portolan.mcp.kit.serve;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.portolan.mcp.kit.legacy.LegacySessions;
import io.portolan.mcp.kit.modern.ModernServer;
import io.portolan.mcp.kit.modern.RequestMeta;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** The one endpoint: checks what every request must pass, then hands it to its era. */
final class McpEndpoint implements HttpService {
  static final HeaderName SESSION = HeaderNames.create("Mcp-Session-Id");
  static final HeaderName VERSION = HeaderNames.create("MCP-Protocol-Version");
  static final HeaderName LAST_EVENT = HeaderNames.create("Last-Event-ID");

  private final HttpOptions options;
  private final OriginGuard guard;
  private final EraChoice eras;
  private final ModernDoor modern;
  private final LegacyDoor legacy;
  private final Semaphore inFlight;

  McpEndpoint(HttpOptions options, ModernServer modern, LegacySessions sessions) {
    this.options = options;
    this.guard = new OriginGuard(options.hostNames());
    this.eras = new EraChoice(options.eras());
    this.modern = new ModernDoor(modern);
    this.legacy = new LegacyDoor(sessions);
    this.inFlight = new Semaphore(options.callsInFlightMax());
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post(this::post).get(this::get).delete(this::delete).any(McpEndpoint::notAllowed);
  }

  private void post(ServerRequest request, ServerResponse response) throws Exception {
    admitted(request, response, () -> answerPost(request, response));
  }

  private void get(ServerRequest request, ServerResponse response) throws Exception {
    admitted(request, response, () -> answerSession(request, response, legacy::listen));
  }

  private void delete(ServerRequest request, ServerResponse response) throws Exception {
    admitted(request, response, () -> answerSession(request, response, legacy::end));
  }

  /** Work on a connection. */
  private interface Work {
    void run() throws Exception;
  }

  /** Answers a request of a session. */
  private interface SessionWork {
    void run(ServerRequest request, ServerResponse response) throws Exception;
  }

  private void admitted(ServerRequest request, ServerResponse response, Work work)
      throws Exception {
    var refusal =
        guard.refusal(header(request, HeaderNames.HOST), header(request, HeaderNames.ORIGIN));
    if (refusal.isPresent()) {
      fail(
          response,
          403,
          ProtocolFailure.badRequest(ProtocolFailure.INVALID_REQUEST, refusal.get()));
      return;
    }
    if (!inFlight.tryAcquire()) {
      response.header(HeaderNames.RETRY_AFTER, "1");
      fail(response, 503, ProtocolFailure.internal("Too many requests under way"));
      return;
    }
    try {
      work.run();
    } catch (ProtocolFailure failure) {
      fail(response, failure.httpStatus(), failure);
    } finally {
      inFlight.release();
    }
  }

  private void answerPost(ServerRequest request, ServerResponse response) throws Exception {
    if (!header(request, HeaderNames.CONTENT_TYPE).orElse("").startsWith("application/json")) {
      fail(response, 415, invalid("Content-Type must be application/json"));
      return;
    }
    if (!accepts(request, "application/json") || !accepts(request, "text/event-stream")) {
      fail(response, 406, invalid("Accept must list application/json and text/event-stream"));
      return;
    }
    var body = body(request);
    if (body.isEmpty()) {
      response.header(HeaderNames.CONNECTION, "close");
      fail(response, 413, invalid("The body is larger than " + options.bodyBytesMax() + " bytes"));
      return;
    }
    dispatch(Message.parse(body.get()), request, response);
  }

  private void dispatch(Message message, ServerRequest request, ServerResponse response)
      throws Exception {
    var version = header(request, VERSION);
    switch (message) {
      case Message.Request call -> {
        try {
          if (eras.modern(call, version)) {
            modern.answer(call, request, response);
          } else {
            legacy.answer(call, request, response);
          }
        } catch (ProtocolFailure failure) {
          fail(response, failure.httpStatus(), failure, call.id());
        }
      }
      // The modern era has no notifications over HTTP: there is nothing to do with one.
      case Message.Notification _ when modernOnly() || isModern(version) ->
          response.status(Status.ACCEPTED_202).send();
      case Message.Notification notification -> legacy.accept(notification, request, response);
      case Message.Response _ when modernOnly() || isModern(version) ->
          throw invalid("There are no requests to answer in this era");
      case Message.Response answer -> legacy.accept(answer, request, response);
    }
  }

  private boolean modernOnly() {
    return !options.eras().legacy();
  }

  private boolean isModern(Optional<String> version) {
    return options.eras().modern() && version.filter(RequestMeta.VERSION::equals).isPresent();
  }

  private void answerSession(ServerRequest request, ServerResponse response, SessionWork work)
      throws Exception {
    if (modernOnly() || isModern(header(request, VERSION))) {
      notAllowed(request, response);
      return;
    }
    work.run(request, response);
  }

  private static void notAllowed(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.ALLOW, "POST");
    fail(
        response,
        405,
        invalid("Method " + request.prologue().method().text() + " is not served here"));
  }

  /** The body, or nothing when it is too large. */
  private Optional<byte[]> body(ServerRequest request) throws IOException {
    var announced = request.headers().contentLength().orElse(0);
    if (announced > options.bodyBytesMax()) {
      return Optional.empty();
    }
    if (!request.content().hasEntity()) {
      return Optional.of(new byte[0]);
    }
    try (var in = request.content().inputStream()) {
      var bytes = in.readNBytes(options.bodyBytesMax() + 1);
      return bytes.length > options.bodyBytesMax() ? Optional.empty() : Optional.of(bytes);
    }
  }

  private static boolean accepts(ServerRequest request, String type) {
    var accept = header(request, HeaderNames.ACCEPT).orElse("*/*");
    var family = type.substring(0, type.indexOf('/')) + "/*";
    return accept.contains(type) || accept.contains("*/*") || accept.contains(family);
  }

  static Optional<String> header(ServerRequest request, HeaderName name) {
    var values = headers(request, name);
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(",", values));
  }

  static List<String> headers(ServerRequest request, HeaderName name) {
    return request.headers().contains(name) ? request.headers().get(name).allValues() : List.of();
  }

  private static ProtocolFailure invalid(String message) {
    return ProtocolFailure.badRequest(ProtocolFailure.INVALID_REQUEST, message);
  }

  static void fail(ServerResponse response, int status, ProtocolFailure failure) {
    fail(response, status, failure, NullNode.getInstance());
  }

  static void fail(ServerResponse response, int status, ProtocolFailure failure, JsonNode id) {
    sendJson(response, status, Json.write(Message.error(id, failure)));
  }

  static void sendJson(ServerResponse response, int status, String json) {
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .send(json.getBytes(StandardCharsets.UTF_8));
  }

  static void startSse(ServerResponse response) {
    response
        .status(Status.OK_200)
        .header(HeaderNames.CONTENT_TYPE, "text/event-stream")
        .header(HeaderNames.CACHE_CONTROL, "no-cache, no-transform")
        .header("X-Accel-Buffering", "no");
  }
}
