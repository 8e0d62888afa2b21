package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.core.view.LegacyTasks;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Principal;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A session with a modern server, which keeps none: what a legacy server would remember of the
 * client is kept here and said again in every request. Thread-safe.
 */
final class SessionlessLink implements UpstreamLink {
  private static final Slice NOTHING = Slice.utf8("{}");

  private final Federation federation;
  private final LegacySession session;
  private final String name;
  private final UpstreamLink server;
  private final ResourceNews news;
  private final SessionTasks tasks;
  private final Map<Long, Questions> asking = new ConcurrentHashMap<>(2);
  private final Map<Long, Long> repeated = new ConcurrentHashMap<>(2); // first id, the latest

  SessionlessLink(Shared shared, LegacySession session, String name, UpstreamLink server) {
    this.federation = shared.federation();
    this.session = session;
    this.name = name;
    this.server = server;
    this.news = new ResourceNews(name, server, session.identity());
    var requests = new TaskRequests(server, TaskRequests.extended(client()));
    var principal = session.identity().principal();
    this.tasks =
        new SessionTasks(this, () -> shared.books().of(principal, name), requests, shared.clock());
  }

  /** What the links of all sessions have in common. */
  record Shared(Federation federation, TaskBooks books, Clock clock) {}

  /** Whether a modern server may answer a method with questions. */
  static boolean mayAsk(String method) {
    return switch (method) {
      case Methods.TOOLS_CALL, Methods.PROMPTS_GET, Methods.RESOURCES_READ -> true;
      default -> false;
    };
  }

  /** The server's name. */
  String name() {
    return name;
  }

  /** Whose session it is. */
  Principal principal() {
    return session.identity().principal();
  }

  /** What the client said of itself. */
  SessionOpening client() {
    return session.identity().opening();
  }

  @Override
  public Era era() {
    return Era.LEGACY;
  }

  /** The server's words, with the tasks that a session can have of it. */
  @Override
  public JsonView hello() {
    var hello = server.hello();
    var capabilities = hello.get("capabilities");
    if (capabilities == null || !capabilities.isObject()) {
      return hello;
    }
    var splice = new Splice(hello.object());
    splice.replace(capabilities, LegacyTasks.capabilities(capabilities));
    return JsonView.of(splice.apply().join());
  }

  /** Whether the server has the tasks extension. */
  boolean offersTasks() {
    var capabilities = server.hello().view("capabilities");
    return capabilities != null && LegacyTasks.isExtended(capabilities);
  }

  /** What the session makes of the server's tasks. */
  SessionTasks tasks() {
    return tasks;
  }

  @Override
  public long nextId() {
    return server.nextId();
  }

  @Override
  public Answer request(OutboundRequest asked, CallContext context) throws InterruptedException {
    return switch (asked.method()) {
      // The session keeps the level, and each request says it.
      case Methods.PING, Methods.LOGGING_SET_LEVEL -> result(asked, NOTHING);
      case Methods.RESOURCES_SUBSCRIBE -> news.subscribe(asked, context);
      case Methods.RESOURCES_UNSUBSCRIBE -> news.unsubscribe(asked);
      case Methods.TASKS_GET, Methods.TASKS_RESULT, Methods.TASKS_CANCEL, Methods.TASKS_LIST ->
          offersTasks() ? tasks.answer(asked, context) : carry(asked, context);
      default -> carry(asked, context);
    };
  }

  static Answer result(OutboundRequest asked, Slice result) {
    return new Answer.Whole(OwnMessages.result(Slice.utf8(Long.toString(asked.id())), result), 200);
  }

  private Answer carry(OutboundRequest asked, CallContext context) throws InterruptedException {
    return switch (send(asked, asked.id(), Slice.empty(), context)) {
      case Answer.Whole(var message, var status) ->
          isLast(asked, message)
              ? new Answer.Whole(last(asked, message), status)
              : new Answer.Streamed(Rounds.of(this, asked, context, message));
      case Answer.Streamed(var stream) ->
          new Answer.Streamed(Rounds.of(this, asked, context, stream));
      case Answer.Accepted accepted -> accepted;
      case Answer.Failed failed -> failed;
    };
  }

  /** Whether a server's answer ends the call: nothing is asked, and no task goes on unseen. */
  boolean isLast(OutboundRequest asked, Message.Answer answer) {
    return !(answer instanceof Message.Result result)
        || !(Answered.asksForInput(result.members())
            || (TaskJson.isTask(result.members()) && !tasks.isWanted(asked)));
  }

  /** The answer that ends a call as a legacy server would have given it. */
  Message.Answer last(OutboundRequest asked, Message.Answer answer) {
    return answer instanceof Message.Result result && tasks.isWanted(asked)
        ? tasks.created(asked, result)
        : LegacyErrors.of(asked.method(), answer);
  }

  /** Sends a client's request once more, with further members in its params. */
  Answer repeat(OutboundRequest asked, Slice more, CallContext context)
      throws InterruptedException {
    var id = server.nextId();
    repeated.put(asked.id(), id);
    return send(asked, id, more, context);
  }

  private Answer send(OutboundRequest asked, long id, Slice more, CallContext context)
      throws InterruptedException {
    var splice = asked.splice().copy();
    var client =
        asked.method().equals(Methods.TOOLS_CALL) && offersTasks() ? tasks.client() : client();
    ModernRequest.edit(asked.message(), splice, client, session.logLevel(), more);
    var outbound =
        new OutboundRequest(
            id,
            asked.message(),
            splice,
            asked.method(),
            asked.name(),
            paramHeaders(asked),
            asked.cancellation());
    return server.request(outbound, context);
  }

  /** The headers that the server wants arguments repeated in. */
  private List<OutboundRequest.Header> paramHeaders(OutboundRequest asked) {
    var params = asked.message().params();
    if (asked.name() == null || params == null || !asked.method().equals(Methods.TOOLS_CALL)) {
      return List.of();
    }
    var known = federation.server(name);
    var snapshot = known == null ? null : known.snapshot();
    var headers = snapshot == null ? null : snapshot.toolHeaders().get(asked.name());
    return headers == null
        ? List.of()
        : headers.produce(params.get("arguments")).stream()
            .map(field -> new OutboundRequest.Header(field.name(), field.value()))
            .toList();
  }

  /** Notes a question to the client and returns the id it is asked under. */
  long ask(Questions questions, InputRequests.Question question) {
    var id = server.nextId();
    questions.ask(id, question);
    asking.put(id, questions);
    return id;
  }

  /** Expects no answer to a question any more. */
  void forget(long id) {
    asking.remove(id);
  }

  /** A call is over. */
  void ended(long id) {
    repeated.remove(id);
  }

  @Override
  public @Nullable UpstreamFailure send(Payload message, CallContext context)
      throws InterruptedException {
    var members = JsonView.of(message.join());
    var method = members.string("method");
    if (method == null) {
      answered(members);
      return null;
    }
    // Of what a client tells its servers a modern one wants to know of one thing only.
    return method.equals(Methods.CANCELLED) ? cancelled(members, context) : null;
  }

  private void answered(JsonView answer) {
    var id = number(answer.get("id"));
    var questions = asking.remove(id);
    if (questions != null) {
      questions.answered(id, answer);
    }
  }

  /** The server knows a call that was repeated by its latest id. */
  private @Nullable UpstreamFailure cancelled(JsonView message, CallContext context)
      throws InterruptedException {
    var params = message.view("params");
    var id = params == null ? null : params.get("requestId");
    var latest = repeated.get(number(id));
    var splice = new Splice(message.object());
    if (id != null && latest != null) {
      splice.replace(id, Slice.utf8(Long.toString(latest)));
    }
    return server.send(splice.apply(), context);
  }

  /** The number of an id, all of which are ours; 0 for anything else. */
  private static long number(@Nullable Slice id) {
    if (id == null || !id.isNumber() || id.length() > 18) {
      return 0;
    }
    try {
      return Long.parseLong(id.text());
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  @Override
  public MessageStream listen() {
    return news.listen();
  }

  @Override
  public void close() {
    news.close();
  }
}
