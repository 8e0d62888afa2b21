package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.session.LegacySessions;
import io.portolan.gateway.core.session.LegacySessions.Finding;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonText;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import java.util.List;

/** Answers {@code initialize}, which opens a session. Thread-safe. */
final class LegacyHandshake {
  private static final Slice NO_CAPABILITIES = Slice.utf8("{}");

  /** A session keeps what the client says of itself, so that has to be modest. */
  private static final int KEPT_BYTES_MAX = 64 << 10;

  private final Views views;
  private final LegacySessions sessions;
  private final SessionLinks links;
  private final OverLimit overLimit;

  LegacyHandshake(Views views, LegacySessions sessions, SessionLinks links, OverLimit overLimit) {
    this.views = views;
    this.sessions = sessions;
    this.links = links;
    this.overLimit = overLimit;
  }

  /** Opens a session, or says why not. */
  CallRecord initialize(Call call, Message.Request request) throws InterruptedException {
    var params = request.params();
    var asked = params == null ? null : params.string("protocolVersion");
    if (params == null || asked == null) {
      return call.error(
          400,
          request.id(),
          ErrorCode.INVALID_PARAMS,
          "initialize needs params.protocolVersion, a string such as "
              + ProtocolVersion.LATEST_LEGACY.text());
    }
    var capabilities = object(params, "capabilities", NO_CAPABILITIES);
    var clientInfo = object(params, "clientInfo", SessionOpening.GATEWAY.clientInfo());
    if (capabilities.length() + clientInfo.length() > KEPT_BYTES_MAX) {
      return call.error(
          400,
          request.id(),
          ErrorCode.INVALID_PARAMS,
          "params.capabilities and params.clientInfo have more than " + KEPT_BYTES_MAX + " bytes");
    }
    var route = call.inbound().route();
    var view = views.settled(route, call.inbound().caller());
    if (view == null) {
      return call.error(404, request.id(), ErrorCode.METHOD_NOT_FOUND, Views.unknown(route));
    }
    var opening = new SessionOpening(negotiate(asked), capabilities, clientInfo);
    var principal = call.inbound().context().principal();
    return switch (sessions.open(principal, route, opening, links)) {
      case Finding.Found(var session) -> opened(call, request, session, view);
      case Finding.TooMany(var limit, var max) ->
          overLimit.sessions(call, request.id(), limit, max);
      case Finding.Unknown _ -> throw new IllegalStateException("a new session is not known");
    };
  }

  private static CallRecord opened(
      Call call, Message.Request request, LegacySession session, View view) {
    var id = session.identity().id();
    session.caller(call.inbound().caller());
    call.session(id);
    var header = new Reply.Header(LegacyEndpoint.SESSION_HEADER, id);
    var result = result(view, session.version());
    call.reply().whole(200, List.of(header), Replies.result(request.id(), result));
    return call.record(Outcome.OK);
  }

  /** Ours if the client asks for it, our newest otherwise: the client then may decline. */
  private static ProtocolVersion negotiate(String asked) {
    return ProtocolVersion.of(asked)
        .filter(version -> !version.isModern() && version != ProtocolVersion.V2024_11_05)
        .orElse(ProtocolVersion.LATEST_LEGACY);
  }

  private static Slice object(JsonView params, String name, Slice otherwise) {
    var value = params.get(name);
    return value != null && value.isObject() ? Slice.of(value.toBytes()) : otherwise;
  }

  private static Slice result(View view, ProtocolVersion version) {
    var json =
        new JsonWriter()
            .beginObject()
            .member("protocolVersion", version.text())
            .member("capabilities", view.capabilities(Era.LEGACY))
            .member("serverInfo", view.serverInfo(Era.LEGACY));
    var instructions = view.instructions();
    if (instructions != null) {
      json.member("instructions", JsonText.encode(instructions));
    }
    return json.endObject().toSlice();
  }
}
