package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Follows a task of a modern server to its end, as the stream that a legacy server would have sent:
 * what the task needs is asked as requests, what comes of it is the answer. Pulled by one thread;
 * answered, given up and closed by others.
 */
final class TaskFollow implements MessageStream {
  private static final Duration POLL_MIN = Duration.ofMillis(50);
  private static final Duration POLL_DEFAULT = Duration.ofSeconds(1);
  private static final Duration POLL_MAX = Duration.ofSeconds(5);
  private static final int LOST_MAX = 3;
  private static final int ASKED_MAX = 512;

  /** Why a task is followed. */
  enum Purpose {
    /** The client does not know that its call is a task: without the call there is none. */
    CALL,
    /** The client asked for the task's result; the task goes on without it. */
    RESULT
  }

  /**
   * What is followed.
   *
   * @param id the id of the request to answer
   * @param context until when
   */
  record Subject(
      Purpose purpose, String taskId, long id, CallContext context, Cancellation cancellation) {
    TaskRequests.Asker asker() {
      return new TaskRequests.Asker(context, cancellation);
    }
  }

  private final SessionlessLink link;
  private final Subject subject;
  private final Asking asking;
  private final Deque<Next> due = new ArrayDeque<>(2);
  private final Set<Slice> asked = new HashSet<>(2); // keys
  private boolean isWaiting;
  private boolean over;
  private int lost;

  TaskFollow(SessionlessLink link, Subject subject) {
    this.link = link;
    this.subject = subject;
    this.asking = new Asking(link, subject.id());
  }

  @Override
  public Next next() throws InterruptedException {
    while (true) {
      var ready = due.poll();
      if (ready != null) {
        return ready;
      }
      if (over) {
        return new Ended();
      }
      poll();
    }
  }

  private void poll() throws InterruptedException {
    var answer =
        link.tasks().requests().send(Methods.TASKS_GET, subject.taskId(), Slice.empty(), asker());
    switch (answer) {
      case Answer.Whole(Message.Failure failure, var _) ->
          end(OwnMessages.failure(id(), failure.error()));
      case Answer.Whole(Message.Result result, var _) -> {
        lost = 0;
        var task = result.members();
        if (task == null || task.string("status") == null) {
          fail("gave no task in answer to tasks/get");
        } else {
          seen(task, Objects.requireNonNull(task.string("status")));
        }
      }
      case Answer.Failed(var failure) -> {
        if (++lost < LOST_MAX && mayComeBack(failure)) {
          await(POLL_DEFAULT);
        } else {
          stop(failure);
        }
      }
      case Answer.Accepted _, Answer.Streamed _ ->
          stop(new UpstreamFailure.BadAnswer("no answer to tasks/get"));
    }
  }

  private TaskRequests.Asker asker() {
    return subject.asker();
  }

  /** The task goes on whether or not one look at it failed. */
  private static boolean mayComeBack(UpstreamFailure failure) {
    return switch (failure) {
      case UpstreamFailure.Cancelled _, UpstreamFailure.TimedOut _ -> false;
      default -> true;
    };
  }

  private void seen(JsonView task, String status) throws InterruptedException {
    if (subject.purpose() == Purpose.RESULT) {
      var entry = link.tasks().book().find(subject.taskId());
      if (entry != null && entry.status().equals("cancelled")) {
        cancelled();
        return;
      }
      link.tasks().note(subject.taskId(), task, status);
      if (entry != null && !entry.status().equals(status)) {
        var told = OwnMessages.notification(Methods.TASKS_STATUS, TaskJson.task(task, null));
        due.add(new Received(told));
      }
    }
    if (TaskJson.isOver(status)) {
      takeBack("the task is over");
      due.addAll(asking.completed());
      end(outcome(task, status));
      return;
    }
    if (status.equals("input_required")) {
      ask(task);
    } else if (isWaiting) {
      takeBack("the task goes on without it");
    }
    if (due.isEmpty()) {
      await(pollInterval(task));
    }
  }

  private void cancelled() {
    takeBack("the task is over");
    fail("cancelled the task");
  }

  /** What came of a task that has ended. */
  private Message.Answer outcome(JsonView task, String status) {
    var result = task.get("result");
    var error = task.get("error");
    return switch (status) {
      case "completed" ->
          result != null && result.isObject()
              ? OwnMessages.result(
                  id(),
                  subject.purpose() == Purpose.RESULT
                      ? TaskJson.related(result, subject.taskId())
                      : result)
              : failure("gave no result of the task");
      case "failed" ->
          error != null && error.isObject()
              ? LegacyErrors.of(Methods.TOOLS_CALL, OwnMessages.failure(id(), error))
              : failure("gave no reason why the task failed");
      default -> failure("cancelled the task");
    };
  }

  /** A question is asked once, however often the task shows it. */
  private void ask(JsonView task) {
    switch (InputRequests.read(task)) {
      case InputRequests.Wrong(var why) -> fail("asks for " + why);
      case InputRequests.Asked(var all, var _) -> {
        for (var question : all) {
          if (over || asked.contains(question.key())) {
            continue;
          }
          var undeclared = asking.undeclared(question);
          if (undeclared != null) {
            withdraw();
            end(undeclared);
          } else if (asked.size() >= ASKED_MAX) {
            withdraw();
            fail("asks for input again and again");
          } else {
            asked.add(Slice.of(question.key().toBytes()));
            isWaiting = true;
            var known = subject.purpose() == Purpose.RESULT ? subject.taskId() : null;
            due.add(asking.ask(question, known));
          }
        }
      }
    }
  }

  /** Waits until the task is worth another look, and tells it what the client has answered. */
  private void await(Duration pause) throws InterruptedException {
    var until = subject.context().deadline().orIn(pause);
    var questions = asking.questions();
    subject.cancellation().onCancel(questions::giveUp);
    var outcome =
        isWaiting
            ? questions.await(until)
            : questions.pause(until)
                ? new Questions.Outcome.TimedOut("")
                : new Questions.Outcome.GivenUp();
    subject.cancellation().done();
    switch (outcome) {
      case Questions.Outcome.Complete(var responses) -> {
        isWaiting = false;
        update(responses);
      }
      case Questions.Outcome.Refused refused -> {
        withdraw();
        takeBack("another question was not answered");
        end(asking.refused(refused));
      }
      case Questions.Outcome.TimedOut _ -> {
        if (subject.context().deadline().passed()) {
          withdraw();
          stop(new UpstreamFailure.TimedOut("following a task", true));
        }
      }
      case Questions.Outcome.GivenUp _ -> {
        withdraw();
        stop(new UpstreamFailure.Cancelled("given up while a task was followed"));
      }
    }
  }

  private void update(Slice responses) throws InterruptedException {
    var member = new JsonWriter().beginObject().member(ModernRequest.INPUT_RESPONSES, responses);
    var object = member.endObject().toSlice();
    var more = new Slice(object.array(), object.from() + 1, object.to() - 1);
    var answer =
        link.tasks().requests().send(Methods.TASKS_UPDATE, subject.taskId(), more, asker());
    if (answer instanceof Answer.Whole(Message.Failure failure, var _)) {
      end(OwnMessages.failure(id(), failure.error()));
    } else if (answer instanceof Answer.Failed(var failure)) {
      stop(failure);
    }
  }

  /** A task that nobody knows of is of use to nobody. */
  private void withdraw() {
    if (subject.purpose() == Purpose.CALL) {
      link.tasks().cancelLater(subject.taskId());
    }
  }

  private void stop(UpstreamFailure failure) {
    takeBack("nobody waits for the task");
    over = true;
    due.add(new Broken(failure));
  }

  private void end(Message.Answer last) {
    over = true;
    due.add(new Received(last));
  }

  private void fail(String what) {
    end(failure(what));
  }

  private Message.Failure failure(String what) {
    return asking.failure(ErrorCode.UPSTREAM_FAILED, what);
  }

  private Slice id() {
    return Slice.utf8(Long.toString(subject.id()));
  }

  private void takeBack(String reason) {
    isWaiting = false;
    due.addAll(asking.takeBack(reason));
  }

  private static Duration pollInterval(JsonView task) {
    var millis = task.get("pollIntervalMs");
    if (millis == null || !millis.isNumber() || millis.length() > 9) {
      return POLL_DEFAULT;
    }
    try {
      var wish = Duration.ofMillis(Long.parseLong(millis.text()));
      return wish.compareTo(POLL_MIN) < 0
          ? POLL_MIN
          : wish.compareTo(POLL_MAX) > 0 ? POLL_MAX : wish;
    } catch (NumberFormatException _) {
      return POLL_DEFAULT;
    }
  }

  @Override
  public void close() {
    asking.close();
  }
}
