package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.session.LegacySessions;
import io.portolan.gateway.core.session.LegacySessions.Finding;
import io.portolan.gateway.core.sessionless.TaskTools;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves clients of 2025-11-25 and older: finds their session and answers what the gateway answers
 * itself. What a server has to answer goes to {@link LegacyRelay}. Thread-safe.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports">MCP
 *     2025-11-25, transports</a>
 */
final class LegacyEndpoint {
  static final String SESSION_HEADER = "Mcp-Session-Id";
  static final String VERSION_HEADER = "MCP-Protocol-Version";
  private static final Slice NOTHING = Slice.utf8("{}");

  /**
   * Who does what for legacy clients.
   *
   * @param handshake opens sessions
   * @param relay carries requests
   * @param messages carries what expects no answer
   * @param streams serves GET
   * @param tasks lists tasks
   * @param links tells servers what they must know of a session
   * @param foundTools answers whoever looks for tools
   * @param overLimit refuses what is too much
   */
  record Parts(
      LegacyHandshake handshake,
      LegacyRelay relay,
      ClientMessages messages,
      LegacyStreams streams,
      TaskLists tasks,
      SessionLinks links,
      FoundTools foundTools,
      OverLimit overLimit) {}

  private final TaskTools taskTools = new TaskTools();
  private final Views views;
  private final LegacySessions sessions;
  private final Parts parts;

  LegacyEndpoint(Views views, LegacySessions sessions, Parts parts) {
    this.views = views;
    this.sessions = sessions;
    this.parts = parts;
  }

  /** Handles one message of a legacy client. */
  CallRecord post(Call call, Message message) throws InterruptedException {
    if (message instanceof Message.Request request && request.method().equals(Methods.INITIALIZE)) {
      return parts.handshake().initialize(call.method(request.method()), request);
    }
    if (message instanceof Message.Call named) {
      call.asks(named);
    }
    var id = message instanceof Message.Request request ? request.id() : null;
    var finding = session(call);
    if (!(finding instanceof Finding.Found(var open))) {
      return refuse(call, id, finding);
    }
    var badVersion = badVersion(call);
    if (badVersion != null) {
      return call.error(400, id, ErrorCode.INVALID_REQUEST, badVersion);
    }
    var context = call.inbound().context();
    open.enter();
    try {
      return switch (message) {
        case Message.Request request -> request(call, open, request);
        case Message.Notification notification -> {
          parts.messages().notification(open, notification, context);
          yield call.accepted();
        }
        case Message.Answer answer -> {
          parts.messages().answer(open, answer, context);
          yield call.accepted();
        }
      };
    } finally {
      open.leave();
    }
  }

  private CallRecord request(Call call, LegacySession session, Message.Request request)
      throws InterruptedException {
    switch (request.method()) {
      case Methods.PING -> {
        return call.result(request.id(), NOTHING);
      }
      case Methods.LOGGING_SET_LEVEL -> {
        return setLevel(call, session, request);
      }
      default -> {}
    }
    var kind = ListKind.askedBy(request.method());
    if (kind.isPresent()) {
      return list(call, session, request, kind.get());
    }
    var route = session.identity().route();
    if (parts.foundTools().isOurs(route, request)) {
      var all = views.settled(route, call.inbound().caller());
      return all == null
          ? unknownServer(call, session, request)
          : parts.foundTools().answer(call, all, request, Era.LEGACY);
    }
    var view = views.routing(route, call.inbound().caller(), request);
    if (view == null) {
      return unknownServer(call, session, request);
    }
    var streamsMax = sessions.limits().streamsPerSessionMax();
    if (session.openStreams() >= streamsMax) {
      return parts.overLimit().streams(call, request.id(), Limit.STREAMS_PER_SESSION, streamsMax);
    }
    return request.method().equals(Methods.TASKS_LIST) && TaskLists.isJoined(view)
        ? call.result(request.id(), parts.tasks().list(session, view, call.inbound().context()))
        : parts.relay().request(call, session, view, request);
  }

  private CallRecord list(Call call, LegacySession session, Message.Request request, ListKind kind)
      throws InterruptedException {
    var view = views.settled(session.identity().route(), call.inbound().caller());
    if (view == null) {
      return unknownServer(call, session, request);
    }
    var list = view.list(kind);
    if (list == null) {
      return call.error(
          200,
          request.id(),
          ErrorCode.METHOD_NOT_FOUND,
          "Method not found: "
              + request.method()
              + " (the server declares no "
              + kind.capability()
              + ")");
    }
    var own = kind == ListKind.TOOLS ? taskTools.of(view, list, session.version()) : list;
    var shown = parts.foundTools().shown(session.identity().route(), kind, own);
    var page = Lists.page(shown, request.params());
    if (page == null) {
      return call.error(200, request.id(), ErrorCode.INVALID_PARAMS, "Invalid params.cursor");
    }
    var result = Lists.legacy(view, kind, page);
    return switch (view.legacyForm()) {
      case WHOLE -> call.result(request.id(), result);
      case EVENTS -> call.event(Replies.result(request.id(), result), Outcome.OK);
    };
  }

  private CallRecord setLevel(Call call, LegacySession session, Message.Request request)
      throws InterruptedException {
    var params = request.params();
    var level = params == null ? null : params.get("level");
    if (level == null || !level.isString() || !LogLevels.ALL.contains(level.string())) {
      return call.error(
          200,
          request.id(),
          ErrorCode.INVALID_PARAMS,
          "params.level must be one of " + String.join(", ", LogLevels.ALL));
    }
    session.logLevel(level);
    parts.links().setLevel(session, level, call.inbound().context());
    return call.result(request.id(), NOTHING);
  }

  /** Opens or resumes a stream. */
  CallRecord get(Call call) throws InterruptedException {
    var finding = session(call);
    if (!(finding instanceof Finding.Found(var session))) {
      return refuse(call, null, finding);
    }
    var badVersion = badVersion(call);
    if (badVersion != null) {
      return call.error(400, null, ErrorCode.INVALID_REQUEST, badVersion);
    }
    return parts.streams().serve(call, session, sessions.limits());
  }

  /** How many streams are being read. */
  int openStreams() {
    return parts.streams().open();
  }

  /** Ends a session. */
  CallRecord delete(Call call) {
    var finding = session(call);
    if (!(finding instanceof Finding.Found(var session))) {
      return refuse(call, null, finding);
    }
    sessions.end(session);
    call.reply().empty(204, List.of());
    return call.record(Outcome.OK);
  }

  /** The session a request names, if it is this caller's and was opened at this endpoint. */
  private Finding session(Call call) {
    var id = call.inbound().headers().first(SESSION_HEADER);
    if (id == null) {
      return new Finding.Unknown();
    }
    var principal = call.inbound().context().principal();
    var finding = sessions.find(id, principal, call.inbound().route(), parts.links());
    if (finding instanceof Finding.Found(var session)) {
      session.caller(call.inbound().caller());
      call.session(id);
    }
    return finding;
  }

  private CallRecord refuse(Call call, @Nullable Slice requestId, Finding finding) {
    if (finding instanceof Finding.TooMany(var limit, var max)) {
      return parts.overLimit().sessions(call, requestId, limit, max);
    }
    if (views.now(call.inbound().route(), call.inbound().caller()) == null) {
      var message = Views.unknown(call.inbound().route());
      return call.error(404, requestId, ErrorCode.METHOD_NOT_FOUND, message);
    }
    return call.inbound().headers().first(SESSION_HEADER) == null
        ? call.error(
            400,
            requestId,
            ErrorCode.INVALID_REQUEST,
            "Header Mcp-Session-Id is missing: send initialize first and repeat the id it returns")
        : call.error(
            404,
            requestId,
            ErrorCode.SESSION_NOT_FOUND,
            "Session not found: the Mcp-Session-Id sent is not known here (any more);"
                + " send initialize to open a new one");
  }

  private static @Nullable String badVersion(Call call) {
    var sent = call.inbound().headers().first(VERSION_HEADER);
    if (sent == null) {
      return null;
    }
    var version = ProtocolVersion.of(sent);
    return version.isPresent() && !version.get().isModern()
        ? null
        : "Header MCP-Protocol-Version: '"
            + sent
            + "' is not a version this session can speak; expected one of 2025-03-26,"
            + " 2025-06-18, 2025-11-25";
  }

  private static CallRecord unknownServer(
      Call call, LegacySession session, Message.Request request) {
    var message = Views.unknown(session.identity().route());
    return call.error(404, request.id(), ErrorCode.METHOD_NOT_FOUND, message);
  }
}
