package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TraceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * The extension lets the server decide what becomes a task; in 2025-11-25 the client does. So a call
 * that the client wants as a task and the server has answered at once is kept as a task that is
 * over, and one that the client did not want as a task is followed to its end for it.
 */

/** The experimental tasks of 2025-11-25 over a modern server's tasks extension. Thread-safe. */
final class SessionTasks {
  private static final Duration CANCEL_MAX = Duration.ofSeconds(5);
  private static final int REFRESHED_MAX = 64;

  private final SessionlessLink link;
  private final Supplier<TaskBook> book;
  private final TaskRequests requests;
  private final Clock clock;

  SessionTasks(SessionlessLink link, Supplier<TaskBook> book, TaskRequests requests, Clock clock) {
    this.link = link;
    this.book = book;
    this.requests = requests;
    this.clock = clock;
  }

  /** The tasks of the session's principal at the server. */
  TaskBook book() {
    return book.get();
  }

  TaskRequests requests() {
    return requests;
  }

  /** The client as a server is told of it whose calls may become tasks. */
  SessionOpening client() {
    return requests.client();
  }

  /** Whether the client wants a call to become a task, and the server has such. */
  boolean isWanted(OutboundRequest asked) {
    var params = asked.message().params();
    return params != null
        && params.view("task") != null
        && link.client().version().compareTo(ProtocolVersion.V2025_11_25) >= 0
        && asked.method().equals(Methods.TOOLS_CALL)
        && link.offersTasks();
  }

  /** What the client is told of the task it wanted. */
  Message.Answer created(OutboundRequest asked, Message.Result result) {
    var id = id(asked);
    var members = result.members();
    if (members != null && TaskJson.isTask(members)) {
      note(
          Objects.requireNonNull(members.string("taskId")),
          members,
          Objects.requireNonNullElse(members.string("status"), "working"));
      return OwnMessages.result(id, TaskJson.created(members));
    }
    if (!book().keeps(result.result())) {
      return result; // better at once than not at all
    }
    var now = Instant.now(clock).truncatedTo(ChronoUnit.MILLIS);
    var done =
        new JsonWriter()
            .beginObject()
            .member("taskId", book().newId(now))
            .member("status", "completed")
            .member("createdAt", now.toString())
            .member("lastUpdatedAt", now.toString())
            .endObject()
            .toSlice();
    var task = JsonView.of(done);
    var taskId = Objects.requireNonNull(task.string("taskId"));
    book()
        .note(new TaskBook.Entry(taskId, TaskJson.task(task, null), "completed", result.result()));
    return OwnMessages.result(id, TaskJson.created(task));
  }

  /** Follows a call that became a task without the client's wish. */
  MessageStream follow(OutboundRequest asked, String taskId, CallContext context) {
    return follow(TaskFollow.Purpose.CALL, asked, taskId, context);
  }

  private MessageStream follow(
      TaskFollow.Purpose purpose, OutboundRequest asked, String taskId, CallContext context) {
    return new TaskFollow(
        link, new TaskFollow.Subject(purpose, taskId, asked.id(), context, asked.cancellation()));
  }

  /** Notes how a task of the server is doing. */
  void note(String taskId, JsonView task, String status) {
    book().note(new TaskBook.Entry(taskId, TaskJson.task(task, null), status, null));
  }

  /** Answers a request for tasks. */
  Answer answer(OutboundRequest asked, CallContext context) throws InterruptedException {
    if (asked.method().equals(Methods.TASKS_LIST)) {
      return list(asked, context);
    }
    var taskId = Edited.string(asked, "taskId");
    var entry = taskId == null ? null : book().find(taskId);
    if (taskId == null || entry == null) {
      return error(asked, "Unknown task: " + taskId);
    }
    return switch (asked.method()) {
      case Methods.TASKS_GET -> get(asked, entry, context);
      case Methods.TASKS_CANCEL -> cancel(asked, entry, context);
      default -> result(asked, entry, context);
    };
  }

  private Answer get(OutboundRequest asked, TaskBook.Entry entry, CallContext context)
      throws InterruptedException {
    if (entry.result() != null || entry.status().equals("cancelled")) {
      return SessionlessLink.result(asked, entry.seen());
    }
    var answer = look(asked, entry, context);
    var task = task(answer);
    return task == null
        ? refused(asked, answer)
        : SessionlessLink.result(asked, TaskJson.found(task, null));
  }

  /** Looks how a task is doing, and notes it. */
  private Answer look(OutboundRequest asked, TaskBook.Entry entry, CallContext context)
      throws InterruptedException {
    var asker = new TaskRequests.Asker(context, asked.cancellation());
    var answer = requests.send(Methods.TASKS_GET, entry.id(), Slice.empty(), asker);
    var task = task(answer);
    if (task != null) {
      note(entry.id(), task, Objects.requireNonNull(task.string("status")));
    }
    return answer;
  }

  private static @Nullable JsonView task(Answer answer) {
    var members =
        answer instanceof Answer.Whole(Message.Result result, var _) ? result.members() : null;
    return members == null || members.string("status") == null ? null : members;
  }

  private Answer result(OutboundRequest asked, TaskBook.Entry entry, CallContext context) {
    var kept = entry.result();
    return kept != null
        ? SessionlessLink.result(asked, TaskJson.related(kept, entry.id()))
        : new Answer.Streamed(follow(TaskFollow.Purpose.RESULT, asked, entry.id(), context));
  }

  private Answer cancel(OutboundRequest asked, TaskBook.Entry entry, CallContext context)
      throws InterruptedException {
    var task = entry.isOver() ? null : task(look(asked, entry, context));
    var status = task == null ? entry.status() : task.string("status");
    if (task == null || TaskJson.isOver(String.valueOf(status))) {
      return error(asked, "Cannot cancel a task that is " + status);
    }
    var asker = new TaskRequests.Asker(context, asked.cancellation());
    var answer = requests.send(Methods.TASKS_CANCEL, entry.id(), Slice.empty(), asker);
    if (!(answer instanceof Answer.Whole(Message.Result _, var _))) {
      return refused(asked, answer);
    }
    // The server only promises to try; for the client the task is over in any case.
    var over = TaskJson.task(task, "cancelled");
    book().note(new TaskBook.Entry(entry.id(), over, "cancelled", null));
    return SessionlessLink.result(asked, over);
  }

  private Answer list(OutboundRequest asked, CallContext context) throws InterruptedException {
    var params = asked.message().params();
    if (params != null && params.string("cursor") != null) {
      return error(asked, "Invalid params.cursor");
    }
    var open = 0;
    for (var entry : book().all()) {
      if (!entry.isOver() && entry.result() == null && ++open <= REFRESHED_MAX) {
        look(asked, entry, context);
      }
    }
    var json = new JsonWriter().beginObject().name("tasks").beginArray();
    book().all().forEach(entry -> json.raw(entry.seen()));
    return SessionlessLink.result(asked, json.endArray().endObject().toSlice());
  }

  /** Tells the server, without waiting, that nobody wants a task any more. */
  void cancelLater(String taskId) {
    var context = new CallContext(link.principal(), Deadline.in(CANCEL_MAX), TraceContext.start());
    var asker = new TaskRequests.Asker(context, new Cancellation());
    Thread.ofVirtual()
        .name("task-withdrawal")
        .start(
            () -> {
              try {
                requests.send(Methods.TASKS_CANCEL, taskId, Slice.empty(), asker);
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static Answer refused(OutboundRequest asked, Answer answer) {
    return switch (answer) {
      case Answer.Whole(Message.Failure failure, var status) ->
          new Answer.Whole(
              LegacyErrors.of(asked.method(), OwnMessages.failure(id(asked), failure.error())),
              status);
      case Answer.Failed failed -> failed;
      case Answer.Whole _, Answer.Streamed _, Answer.Accepted _ ->
          new Answer.Whole(
              OwnMessages.failure(
                  id(asked), ErrorCode.UPSTREAM_FAILED, "The server gave no task in its answer"),
              200);
    };
  }

  private static Answer error(OutboundRequest asked, String message) {
    return new Answer.Whole(OwnMessages.failure(id(asked), ErrorCode.INVALID_PARAMS, message), 200);
  }

  private static Slice id(OutboundRequest asked) {
    return Slice.utf8(Long.toString(asked.id()));
  }
}
