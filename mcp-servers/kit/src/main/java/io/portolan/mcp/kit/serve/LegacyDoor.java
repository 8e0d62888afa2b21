package io.portolan.mcp.kit.serve;

import io.helidon.http.Status;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.portolan.mcp.kit.legacy.LegacySession;
import io.portolan.mcp.kit.legacy.LegacySessions;
import io.portolan.mcp.kit.legacy.LegacyStream;
import io.portolan.mcp.kit.wire.EventLog;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Legacy requests over HTTP. Every request but the handshake and the small change is answered by a
 * stream that can be resumed; a lost connection does not cancel a call in this era.
 */
final class LegacyDoor {
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final Duration JSON_PATIENCE = Duration.ofSeconds(30);

  /** The first version whose clients know an event without data at the start of a stream. */
  private static final String PRIMING_SINCE = "2025-11-25";

  private final LegacySessions sessions;

  LegacyDoor(LegacySessions sessions) {
    this.sessions = sessions;
  }

  void answer(Message.Request call, ServerRequest request, ServerResponse response)
      throws InterruptedException {
    if (call.method().equals("initialize")) {
      var session = sessions.start(call);
      response.header(McpEndpoint.SESSION, session.id());
      McpEndpoint.sendJson(
          response, 200, Json.write(Message.result(call.id(), session.initializeResult())));
      return;
    }
    var found = session(request, response, call);
    if (found.isEmpty()) {
      return;
    }
    var session = found.get();
    var stream = session.start(call);
    if (isSmallChange(call.method())) {
      sendAsJson(stream, response);
    } else {
      stream(session, stream, response);
    }
  }

  private static boolean isSmallChange(String method) {
    return switch (method) {
      case "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe" -> true;
      default -> false;
    };
  }

  private static void sendAsJson(LegacyStream stream, ServerResponse response)
      throws InterruptedException {
    var log = stream.log();
    if (log.poll(stream.firstReader(), 0, JSON_PATIENCE)
        instanceof EventLog.Next.Events(var events, var _)) {
      McpEndpoint.sendJson(response, 200, events.getLast().data());
    } else {
      McpEndpoint.fail(response, 500, ProtocolFailure.internal("No answer"));
    }
  }

  private static void stream(LegacySession session, LegacyStream stream, ServerResponse response)
      throws InterruptedException {
    McpEndpoint.startSse(response);
    response.header(McpEndpoint.SESSION, session.id());
    try (var out = response.outputStream()) {
      var pump = new SsePump(out, HEARTBEAT, Optional.of(stream::eventId));
      if (session.version().compareTo(PRIMING_SINCE) >= 0) {
        pump.prime(RETRY);
      }
      pump.pump(stream.log(), stream.firstReader(), 0);
    } catch (IOException | UncheckedIOException | ServerConnectionException _) {
      // The connection is gone and the call goes on: the client may come back for the answer.
    }
  }

  /** Answers GET: the standalone stream, or the rest of one that the client names. */
  void listen(ServerRequest request, ServerResponse response) throws InterruptedException {
    var found = session(request, response);
    if (found.isEmpty()) {
      return;
    }
    var session = found.get();
    var lastEvent = McpEndpoint.header(request, McpEndpoint.LAST_EVENT);
    if (lastEvent.isEmpty()) {
      resume(
          session,
          new LegacySession.Position(session.standalone(), session.standalone().log().newest()),
          response);
      return;
    }
    var position = session.find(lastEvent.get());
    if (position.isEmpty()) {
      // Also for an id of another session: what that one saw is not for this one.
      McpEndpoint.fail(
          response,
          400,
          ProtocolFailure.badRequest(
              ProtocolFailure.INVALID_REQUEST, "Last-Event-ID is not of this session"));
      return;
    }
    resume(session, position.get(), response);
  }

  private static void resume(
      LegacySession session, LegacySession.Position position, ServerResponse response)
      throws InterruptedException {
    var stream = position.stream();
    var reader = stream.log().attach();
    McpEndpoint.startSse(response);
    response.header(McpEndpoint.SESSION, session.id());
    try (var out = response.outputStream()) {
      // The headers must go out now: nothing else may come for a long time.
      out.write(": listening\n\n".getBytes(StandardCharsets.UTF_8));
      out.flush();
      new SsePump(out, HEARTBEAT, Optional.of(stream::eventId))
          .pump(stream.log(), reader, position.seq());
    } catch (IOException | UncheckedIOException | ServerConnectionException _) {
      // The client is gone; it may come back.
    }
  }

  /** Answers DELETE. */
  void end(ServerRequest request, ServerResponse response) {
    session(request, response)
        .ifPresent(
            session -> {
              sessions.end(session.id());
              response.status(Status.OK_200).send();
            });
  }

  void accept(Message.Notification notification, ServerRequest request, ServerResponse response) {
    session(request, response)
        .ifPresent(
            session -> {
              session.accept(notification);
              response.status(Status.ACCEPTED_202).send();
            });
  }

  void accept(Message.Response answer, ServerRequest request, ServerResponse response) {
    session(request, response)
        .ifPresent(
            session -> {
              session.accept(answer);
              response.status(Status.ACCEPTED_202).send();
            });
  }

  private Optional<LegacySession> session(
      ServerRequest request, ServerResponse response, Message.Request call) {
    return session(request, response, Optional.of(call));
  }

  private Optional<LegacySession> session(ServerRequest request, ServerResponse response) {
    return session(request, response, Optional.empty());
  }

  /** The session of a request; when there is none, the response says so and is sent. */
  private Optional<LegacySession> session(
      ServerRequest request, ServerResponse response, Optional<Message.Request> call) {
    var version = McpEndpoint.header(request, McpEndpoint.VERSION);
    if (version.isPresent() && !LegacySessions.VERSIONS.contains(version.get().strip())) {
      refuse(response, 400, "Unsupported MCP-Protocol-Version: " + version.get(), call);
      return Optional.empty();
    }
    var id = McpEndpoint.header(request, McpEndpoint.SESSION);
    if (id.isEmpty()) {
      refuse(response, 400, "Header Mcp-Session-Id is required; start with initialize", call);
      return Optional.empty();
    }
    var session = sessions.find(id.get());
    if (session.isEmpty()) {
      refuse(response, 404, "Unknown session; start with initialize", call);
    }
    return session;
  }

  private static void refuse(
      ServerResponse response, int status, String why, Optional<Message.Request> call) {
    var failure = ProtocolFailure.badRequest(ProtocolFailure.INVALID_REQUEST, why);
    if (call.isPresent()) {
      McpEndpoint.fail(response, status, failure, call.get().id());
    } else {
      McpEndpoint.fail(response, status, failure);
    }
  }
}
