package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.parked.AskableLinks;
import io.portolan.gateway.core.parked.Conversation;
import io.portolan.gateway.core.parked.Declared;
import io.portolan.gateway.core.parked.KeptBytes;
import io.portolan.gateway.core.parked.ParkedCalls;
import io.portolan.gateway.core.parked.ParkedCalls.Claim;
import io.portolan.gateway.core.parked.ParkedCalls.Refusal;
import io.portolan.gateway.core.parked.RequestDigest;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import io.portolan.tenancy.CallContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * A client that can be asked something, wants log messages or takes tasks gets a link of its own for
 * the call.
 * All others share one session per principal and server, on which nobody can be asked.
 */

/**
 * Carries calls of modern clients to legacy servers that may ask the client something on the way: a
 * question ends the client's request with {@code input_required}, and its retry goes on.
 * Thread-safe.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr">MCP
 *     2026-07-28, multi round-trip requests</a>
 */
final class Asking {
  private static final Duration REFRESH_MAX = Duration.ofSeconds(2);

  private final Federation federation;
  private final AskableLinks links;
  private final ParkedCalls parked;
  private final ModernTasks tasks;
  private final RequiredTasks requiredTasks = new RequiredTasks();
  private final KeptBytes kept;
  private final CallsUnderWay underWay;

  Asking(
      Federation federation,
      AskableLinks links,
      ParkedCalls parked,
      ModernTasks tasks,
      KeptBytes kept,
      CallsUnderWay underWay) {
    this.federation = federation;
    this.links = links;
    this.parked = parked;
    this.tasks = tasks;
    this.kept = kept;
    this.underWay = underWay;
  }

  /** Carries a call whose client can be asked nothing. */
  @FunctionalInterface
  interface Plain {
    CallRecord carry() throws InterruptedException;
  }

  /** Carries a request: a retry goes on where its call waits, anything else begins. */
  CallRecord request(ModernCall ask, View.Route.To to, Plain plain) throws InterruptedException {
    var params = ask.request().params();
    var state = params == null ? null : params.get("requestState");
    if (params == null || state == null) {
      return begin(ask, to, plain);
    }
    if (!state.isString()) {
      return invalid(ask, "params.requestState must be a string");
    }
    var responses = params.get("inputResponses");
    if (!isWellFormed(responses)) {
      return invalid(ask, "params.inputResponses must be an object of objects");
    }
    var claim =
        parked.claim(state.string(), ask.call().inbound().context().principal(), digest(ask));
    return switch (claim) {
      case Claim.GoOn(var call) -> round(ask, call).resume(byKey(responses));
      case Claim.CallAgain _ ->
          isDeclined(responses) ? declined(ask, to.server()) : begin(ask, to, plain);
      case Claim.Refused(var why) ->
          why == Refusal.OWNER_GONE && isSafeToRepeat(ask.request(), to)
              ? begin(ask, to, plain)
              : refused(ask, to.server(), why);
    };
  }

  // ---- a server that the user has to allow first

  /** What a retry is, to a server that the gateway asks nothing for. */
  enum Retry {
    /** None, or one of the server's own. */
    NOT_OURS,
    /** The user has been where the server can be allowed, or says so. */
    GO_ON,
    DECLINED
  }

  /** Whether a request is the retry of a call that was answered with {@link #grantRequired}. */
  Retry retry(ModernCall ask) {
    var params = ask.request().params();
    var state = params == null ? null : params.get("requestState");
    if (params == null || state == null || !state.isString()) {
      return Retry.NOT_OURS;
    }
    var principal = ask.call().inbound().context().principal();
    if (!(parked.claim(state.string(), principal, digest(ask)) instanceof Claim.CallAgain)) {
      return Retry.NOT_OURS;
    }
    var responses = params.get("inputResponses");
    return isWellFormed(responses) && isDeclined(responses) ? Retry.DECLINED : Retry.GO_ON;
  }

  /** The answer that sends the user to where the server can be allowed. */
  Payload grantRequired(ModernCall ask, UpstreamFailure.GrantNeeded needed) {
    var principal = ask.call().inbound().context().principal();
    return InputRequired.reply(
        ask.request().id(),
        GrantRequests.requests(needed),
        parked.callAgain(principal, digest(ask)));
  }

  /** A retry without what makes it one. */
  static Message.Request begunAnew(Message.Request retry) {
    var splice = new Splice(retry.bytes());
    var params = retry.params();
    if (params != null) {
      var _ = splice.takeOut(params, RequestDigest.RETRY_MEMBERS::contains);
    }
    var json = splice.apply().join();
    var members = JsonView.of(json);
    return new Message.Request(
        json, Objects.requireNonNull(members.get("id")), retry.method(), members.view("params"));
  }

  private CallRecord begin(ModernCall ask, View.Route.To to, Plain plain)
      throws InterruptedException {
    var server = to.server();
    var isTask =
        ask.request().method().equals(Methods.TOOLS_CALL)
            && requiredTasks.isRequired(server, to.name());
    var declared = Declared.of(ask.request());
    var level = LogLevels.wanted(ask.request());
    if (!declared.takesRequests()) {
      if (level.isEmpty() && !isTask && !ModernTasks.isWanted(ask.request())) {
        return plain.carry();
      }
      declared = Declared.NOTHING;
    }
    if (declared.capabilities().length() > Declared.BYTES_MAX) {
      return invalid(
          ask,
          MetaKeys.CLIENT_CAPABILITIES
              + " has "
              + declared.capabilities().length()
              + " bytes; a server without a modern version can be told "
              + Declared.BYTES_MAX);
    }
    var size = ask.request().bytes().length();
    var call = new Conversation(server, declared, ask.contextFor(server), level, size, kept);
    // Noted for itself: it may wait for its client, or go on as a task, when the request has ended.
    var noted =
        underWay.begins(
            ask.call().inbound().barred(), () -> call.giveUp(new UpstreamFailure.Barred()));
    call.begin(
        new Beginning(ask.view(), ask.request(), server, isTask ? Form.AS_TASK : Form.AS_IT_IS),
        links,
        noted::over);
    return round(ask, call).run();
  }

  private Round round(ModernCall ask, Conversation call) {
    return new Round(ask, call, new Round.Kept(parked, tasks, digest(ask)), federation);
  }

  /** Whether the server is to make a task of the call. */
  private enum Form {
    AS_IT_IS,
    AS_TASK
  }

  /** Forgets what is known of a server that is reached in another way, or not at all. */
  void forget(String server) {
    requiredTasks.forget(server);
  }

  /** How a conversation sends the request that begins it. It outlives the exchange. */
  private final class Beginning implements Conversation.Beginning {
    private final View view;
    private final Message.Request request;
    private final Server server;
    private final Form form;

    Beginning(View view, Message.Request request, Server server, Form form) {
      this.view = view;
      this.request = request;
      this.server = server;
      this.form = form;
    }

    @Override
    public OutboundRequest outbound(UpstreamLink link, Cancellation cancellation) {
      var to = (View.Route.To) view.route(request);
      Bridge.toLegacy(request, to.splice());
      if (form == Form.AS_TASK) {
        RequiredTasks.ask(request, to.splice());
      }
      return new OutboundRequest(
          link.nextId(),
          request,
          to.splice(),
          request.method(),
          to.name(),
          List.of(),
          cancellation);
    }

    @Override
    public @Nullable String task(Message.Answer answer) {
      return form == Form.AS_TASK ? RequiredTasks.in(answer) : null;
    }

    @Override
    public void changed(Set<ListKind> kinds) throws InterruptedException {
      federation.refresh(server.name(), kinds, REFRESH_MAX);
    }

    @Override
    public void withdraw(UpstreamLink link, long id, String why, CallContext context)
        throws InterruptedException {
      Withdrawals.tellNow(link, id, why, context);
    }
  }

  private static Slice digest(ModernCall ask) {
    var endpoint =
        switch (ask.call().inbound().route()) {
          case Route.Federated _ -> "";
          case Route.Single(var name) -> name;
        };
    return RequestDigest.of(endpoint, ask.request());
  }

  // ---- what a retry brings

  static boolean isWellFormed(@Nullable Slice responses) {
    if (responses == null) {
      return true;
    }
    return responses.isObject() && byKey(responses).values().stream().allMatch(Slice::isObject);
  }

  static Map<String, Slice> byKey(@Nullable Slice responses) {
    if (responses == null) {
      return Map.of();
    }
    var members = JsonView.of(responses);
    var byKey = LinkedHashMap.<String, Slice>newLinkedHashMap(members.size());
    for (int i = 0; i < members.size(); i++) {
      byKey.putIfAbsent(members.name(i), members.value(i));
    }
    return byKey;
  }

  /** Whether a user said no to something. */
  private static boolean isDeclined(@Nullable Slice responses) {
    return byKey(responses).values().stream()
        .map(response -> JsonView.of(response).string("action"))
        .anyMatch(action -> action != null && !action.equals("accept"));
  }

  /** Whether nothing can happen twice if the request is made again, by what the server says. */
  private static boolean isSafeToRepeat(Message.Request request, View.Route.To to) {
    if (!request.method().equals(Methods.TOOLS_CALL)) {
      return true; // reading, and getting a prompt
    }
    var snapshot = to.server().snapshot();
    var name = to.name();
    if (snapshot == null || name == null) {
      return false;
    }
    return snapshot.list(ListKind.TOOLS).items().stream()
        .filter(tool -> tool.key().equals(name))
        .findFirst()
        .map(tool -> JsonView.of(tool.json()).view("annotations"))
        .filter(hints -> isTrue(hints, "readOnlyHint") || isTrue(hints, "idempotentHint"))
        .isPresent();
  }

  private static boolean isTrue(JsonView object, String name) {
    var value = object.get(name);
    return value != null && value.is("true");
  }

  // ---- what is refused

  private static CallRecord invalid(ModernCall ask, String why) {
    return ask.call().error(200, ask.request().id(), ErrorCode.INVALID_PARAMS, why);
  }

  static CallRecord declined(ModernCall ask, Server server) {
    return ask.call()
        .error(
            200,
            ask.request().id(),
            ErrorCode.UPSTREAM_FAILED,
            "Server '" + server.name() + "' needs what was declined; the call was not made again");
  }

  /** One text for what a forger could try, so that it learns nothing. */
  private static CallRecord refused(ModernCall ask, Server server, Refusal why) {
    record Told(ErrorCode code, Outcome outcome, String text, boolean mayHaveRun) {}
    var told =
        switch (why) {
          case FORGED, FOREIGN ->
              new Told(
                  ErrorCode.INVALID_PARAMS,
                  Outcome.BAD_REQUEST,
                  "params.requestState is not valid",
                  false);
          case OTHER_REQUEST ->
              new Told(
                  ErrorCode.INVALID_PARAMS,
                  Outcome.BAD_REQUEST,
                  "params.requestState belongs to another request; a retry repeats method and"
                      + " params",
                  false);
          case USED ->
              new Told(
                  ErrorCode.INVALID_PARAMS,
                  Outcome.BAD_REQUEST,
                  "params.requestState was used already; each one is good for one retry",
                  false);
          case EXPIRED ->
              new Told(
                  ErrorCode.INVALID_PARAMS,
                  Outcome.BAD_REQUEST,
                  "params.requestState has expired and its call was cancelled; the call may have"
                      + " taken effect",
                  true);
          case CROWDED_OUT ->
              new Told(
                  ErrorCode.OVERLOADED,
                  Outcome.OVERLOADED,
                  "Too many calls waited for inputResponses and this one was cancelled; it may"
                      + " have taken effect",
                  true);
          case OWNER_GONE ->
              new Told(
                  ErrorCode.UPSTREAM_FAILED,
                  Outcome.UPSTREAM_BROKEN,
                  "The gateway process that held the call of this requestState is gone, and the"
                      + " call with it; it may have taken effect",
                  true);
        };
    var id = ask.request().id();
    var data =
        new JsonWriter()
            .beginObject()
            .member("server", server.name())
            .member("mayHaveRun", true)
            .endObject()
            .toSlice();
    var error =
        told.mayHaveRun()
            ? Replies.error(id, told.code(), told.text(), data)
            : Replies.error(id, told.code(), told.text());
    return ask.call().error(200, error, told.outcome());
  }
}
