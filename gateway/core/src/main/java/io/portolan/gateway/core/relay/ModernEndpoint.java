package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonText;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ModernGate;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import java.time.Duration;
import java.util.Set;

/**
 * Serves clients of 2026-07-28: stateless, every request checked by itself. What a server has to
 * answer goes to {@link ModernRelay}. Thread-safe.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports">MCP
 *     2026-07-28, transports</a>
 */
final class ModernEndpoint {
  private static final Duration LISTS_TTL = Duration.ofSeconds(30);

  /** What older versions had and this one has not. */
  private static final Set<String> REMOVED =
      Set.of(
          Methods.INITIALIZE,
          Methods.PING,
          Methods.LOGGING_SET_LEVEL,
          Methods.RESOURCES_SUBSCRIBE,
          Methods.RESOURCES_UNSUBSCRIBE,
          Methods.TASKS_LIST,
          Methods.TASKS_RESULT);

  private static final Set<String> ANSWERED_HERE =
      Set.of(Methods.SERVER_DISCOVER, Methods.SUBSCRIPTIONS_LISTEN);

  private final Views views;
  private final ModernRelay relay;
  private final ModernTasks tasks;
  private final ModernListening listening;
  private final FoundTools foundTools;

  ModernEndpoint(
      Views views,
      ModernRelay relay,
      ModernTasks tasks,
      ModernListening listening,
      FoundTools foundTools) {
    this.views = views;
    this.relay = relay;
    this.tasks = tasks;
    this.listening = listening;
    this.foundTools = foundTools;
  }

  /** Handles one message of a modern client. */
  CallRecord post(Call call, Message message) throws InterruptedException {
    return switch (message) {
      case Message.Request request -> request(call.asks(request), request);
      case Message.Notification notification -> call.method(notification.method()).accepted();
      case Message.Answer answer ->
          call.error(
              400,
              answer.id(),
              ErrorCode.INVALID_REQUEST,
              "A client of 2026-07-28 sends no answers: put inputResponses into the retried"
                  + " request");
    };
  }

  private CallRecord request(Call call, Message.Request request) throws InterruptedException {
    if (ModernGate.check(call.inbound().headers(), request)
        instanceof ModernGate.Verdict.Refused(var code, var message, var data)) {
      return call.error(400, Replies.error(request.id(), code, message, data), Outcome.BAD_REQUEST);
    }
    if (REMOVED.contains(request.method())) {
      return unknownMethod(call, request);
    }
    var kind = ListKind.askedBy(request.method());
    var route = call.inbound().route();
    var isSearch = foundTools.isOurs(route, request);
    var isAnsweredHere = kind.isPresent() || isSearch || ANSWERED_HERE.contains(request.method());
    var caller = call.inbound().caller();
    var view =
        isAnsweredHere ? views.settled(route, caller) : views.routing(route, caller, request);
    if (view == null) {
      return call.error(404, request.id(), ErrorCode.METHOD_NOT_FOUND, Views.unknown(route));
    }
    if (kind.isPresent()) {
      return list(call, view, request, kind.get());
    }
    if (isSearch) {
      return foundTools.answer(call, view, request, Era.MODERN);
    }
    if (ModernTasks.isOurs(request)) {
      return tasks.answer(call, view, request);
    }
    return switch (request.method()) {
      case Methods.SERVER_DISCOVER -> call.result(request.id(), discovered(view));
      case Methods.SUBSCRIPTIONS_LISTEN -> listening.listen(call, view, request);
      default -> relay.request(call, view, request);
    };
  }

  private static CallRecord unknownMethod(Call call, Message.Request request) {
    return call.error(
        404, request.id(), ErrorCode.METHOD_NOT_FOUND, "Method not found: " + request.method());
  }

  private CallRecord list(Call call, View view, Message.Request request, ListKind kind) {
    var list = view.list(kind);
    if (list == null) {
      return unknownMethod(call, request);
    }
    var shown = foundTools.shown(call.inbound().route(), kind, list);
    var page = Lists.page(shown, request.params());
    return page == null
        ? call.error(200, request.id(), ErrorCode.INVALID_PARAMS, "Invalid params.cursor")
        : call.result(
            request.id(),
            Lists.modern(view, kind, page, view.serverInfo(Era.MODERN), LISTS_TTL.toMillis()));
  }

  private static Slice discovered(View view) {
    var json =
        new JsonWriter()
            .beginObject()
            .member("resultType", "complete")
            .name("supportedVersions")
            .beginArray()
            .value(ProtocolVersion.LATEST.text())
            .endArray()
            .member("capabilities", view.capabilities(Era.MODERN));
    var instructions = view.instructions();
    if (instructions != null) {
      json.member("instructions", JsonText.encode(instructions));
    }
    return json.member("ttlMs", LISTS_TTL.toMillis())
        .member("cacheScope", "private")
        .name(MetaKeys.META)
        .beginObject()
        .member(MetaKeys.SERVER_INFO, view.serverInfo(Era.MODERN))
        .endObject()
        .endObject()
        .toSlice();
  }
}
