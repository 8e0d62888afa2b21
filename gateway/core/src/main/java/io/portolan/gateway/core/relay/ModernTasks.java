package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.parked.CallTask;
import io.portolan.gateway.core.parked.CallTasks;
import io.portolan.gateway.core.parked.Conversation;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.view.LegacyTasks;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.access.ItemKind;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * A client that declares the extension need not hold a connection while a legacy server works, or
 * while its user thinks: the call that would be parked, or takes long, goes on as a task.
 */

/**
 * The tasks that calls of modern clients to legacy servers become. The gateway keeps them; the
 * server knows of a call that takes its time. Thread-safe.
 *
 * @see <a
 *     href="https://modelcontextprotocol.github.io/ext-tasks/specification/2026-07-28/tasks.html">MCP,
 *     tasks extension</a>
 */
final class ModernTasks {
  private static final Slice COMPLETE = Slice.utf8("{\"resultType\":\"complete\"}");
  private static final Slice REQUIRED =
      Slice.utf8(
          "{\"requiredCapabilities\":{\"extensions\":{\"" + LegacyTasks.EXTENSION + "\":{}}}}");

  private static final Duration POLL = Duration.ofSeconds(1);

  private final CallTasks tasks;

  ModernTasks(CallTasks tasks) {
    this.tasks = tasks;
  }

  /** How long a call may take before it becomes a task. */
  Duration after() {
    return tasks.after();
  }

  /** Whether the answer to a request may be a task. */
  static boolean isWanted(Message.Request request) {
    return request.method().equals(Methods.TOOLS_CALL) && isDeclared(request);
  }

  private static boolean isDeclared(Message.Request request) {
    var params = request.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    var capabilities = meta == null ? null : meta.view(MetaKeys.CLIENT_CAPABILITIES);
    return capabilities != null && LegacyTasks.isExtended(capabilities);
  }

  /** Lets a call whose client leaves go on as a task; null when there is no room. */
  @Nullable Slice keep(Conversation call, Route route) {
    var task = tasks.keep(call, endpoint(route));
    if (task == null) {
      return null;
    }
    var json = new JsonWriter().beginObject().member("resultType", "task");
    var seen = TaskSeen.now(call);
    members(json, task, seen.status());
    return json.endObject().toSlice();
  }

  private static Slice endpoint(Route route) {
    return switch (route) {
      case Route.Federated _ -> Slice.utf8("");
      case Route.Single(var name) -> Slice.utf8(name);
    };
  }

  /** Whether a request is about a task that was begun here, or claims to be. */
  static boolean isOurs(Message.Request request) {
    return switch (request.method()) {
      case Methods.TASKS_GET, Methods.TASKS_UPDATE, Methods.TASKS_CANCEL -> {
        var id = taskId(request);
        yield id != null && CallTasks.isOurs(id);
      }
      default -> false;
    };
  }

  private static @Nullable String taskId(Message.Request request) {
    var params = request.params();
    return params == null ? null : params.string("taskId");
  }

  /** Answers a request about a task. */
  CallRecord answer(Call call, View view, Message.Request request) throws InterruptedException {
    var undeclared = undeclared(call, request);
    if (undeclared != null) {
      return undeclared;
    }
    var id = taskId(request);
    var principal = call.inbound().context().principal();
    var task = id == null ? null : tasks.find(id, principal, endpoint(call.inbound().route()));
    if (task == null || !view.shows(task.call().server(), ItemKind.TASK, task.id())) {
      return invalid(call, request, "Unknown task: it was never begun, or is kept no longer");
    }
    call.to(task.call().server(), null);
    return switch (request.method()) {
      case Methods.TASKS_GET -> get(call, view, request, task);
      case Methods.TASKS_UPDATE -> update(call, request, task);
      default -> {
        task.cancel();
        yield call.result(request.id(), COMPLETE);
      }
    };
  }

  /** Refuses a request about a task by a client that declared none; null for any other. */
  static @Nullable CallRecord undeclared(Call call, Message.Request request) {
    return switch (request.method()) {
      case Methods.TASKS_GET, Methods.TASKS_UPDATE, Methods.TASKS_CANCEL ->
          isDeclared(request)
              ? null
              : call.error(
                  400,
                  Replies.error(
                      request.id(),
                      ErrorCode.MISSING_CLIENT_CAPABILITY,
                      request.method() + " needs the extension " + LegacyTasks.EXTENSION,
                      REQUIRED),
                  Outcome.BAD_REQUEST);
      default -> null;
    };
  }

  private static CallRecord invalid(Call call, Message.Request request, String why) {
    return call.error(200, request.id(), ErrorCode.INVALID_PARAMS, why);
  }

  private CallRecord get(Call call, View view, Message.Request request, CallTask task) {
    var server = task.call().server();
    var seen = TaskSeen.now(task.call());
    var json = new JsonWriter().beginObject().member("resultType", "complete");
    members(json, task, seen.status());
    switch (seen) {
      case TaskSeen.Working _, TaskSeen.Cancelled _ -> {}
      case TaskSeen.Asking(var questions) ->
          json.member("inputRequests", InputRequired.of(questions, view, server));
      case TaskSeen.Failed(var failure) -> {
        var error = Failures.payload(request.id(), server.name(), failure).join();
        json.member("error", member(error, "error"));
      }
      case TaskSeen.Lacking(var capabilities) -> {
        var error = InputRequired.missing(request.id(), server.name(), capabilities).join();
        json.member("error", member(error, "error"));
      }
      case TaskSeen.Over(var answer) -> {
        var ask = new ModernCall(call, view, request, new Cancellation());
        var told = new ModernAnswer(ask, server, Era.LEGACY);
        var shown = Screened.ofTask(call, view.resultRulesOfTasks(server), request, answer);
        var member = shown.message() instanceof Message.Result ? "result" : "error";
        json.member(member, member(told.toClient(shown).join(), member));
      }
    }
    return call.result(request.id(), json.endObject().toSlice());
  }

  private static Slice member(Slice message, String name) {
    return Objects.requireNonNull(JsonView.of(message).get(name));
  }

  private void members(JsonWriter json, CallTask task, String status) {
    json.member("taskId", task.id())
        .member("status", status)
        .member("createdAt", task.created().toString())
        .member("lastUpdatedAt", task.updated(status, tasks.now()).toString())
        .member("ttlMs", Duration.between(task.created(), task.expires()).toMillis())
        .member("pollIntervalMs", POLL.toMillis());
  }

  private static CallRecord update(Call call, Message.Request request, CallTask task)
      throws InterruptedException {
    var params = request.params();
    var responses = params == null ? null : params.get("inputResponses");
    if (responses == null || !Asking.isWellFormed(responses)) {
      return invalid(call, request, "params.inputResponses must be an object of objects");
    }
    var context = call.contextFor(task.call().server());
    var failure = task.call().answer(Asking.byKey(responses), context);
    if (failure != null) {
      task.call().giveUp(failure);
    }
    return call.result(request.id(), COMPLETE);
  }
}
