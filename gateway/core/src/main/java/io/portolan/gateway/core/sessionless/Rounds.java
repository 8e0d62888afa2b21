package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * A legacy server asks while the call goes on; a modern one ends the call with its questions and
 * wants it repeated with the answers. Seen from the session nothing of that shows: the stream brings
 * the questions as requests, waits, repeats the call, and brings what comes then.
 */

/**
 * One call to a modern server in as many rounds as it takes, as the stream of a legacy server.
 * Pulled by one thread; answered, given up and closed by others.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr">MCP
 *     2026-07-28, multi round-trip requests</a>
 */
final class Rounds implements MessageStream {
  /** How often a call is repeated at most. */
  static final int ROUNDS_MAX = 16;

  private static final Duration PAUSE_MIN = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private final SessionlessLink link;
  private final OutboundRequest asked;
  private final CallContext context;
  private final Questions questions = new Questions();

  // Of the pulling thread only.
  private final Deque<Next> due = new ArrayDeque<>(2);
  private final List<String> visited = new ArrayList<>(0); // elicitation ids of addresses
  private InputRequests.@Nullable Asked round;
  private Duration pause = PAUSE_MIN;
  private int repeated;

  // Guarded by this: the server's stream, if there is one, and whether nobody pulls any more.
  private @Nullable MessageStream stream;
  private boolean closed;

  private Rounds(SessionlessLink link, OutboundRequest asked, CallContext context) {
    this.link = link;
    this.asked = asked;
    this.context = context;
  }

  /** A call whose first answer is a stream. */
  static Rounds of(
      SessionlessLink link, OutboundRequest asked, CallContext context, MessageStream first) {
    var rounds = new Rounds(link, asked, context);
    rounds.follow(first);
    return rounds;
  }

  /** A call whose first answer asks for something. */
  static Rounds of(
      SessionlessLink link, OutboundRequest asked, CallContext context, Message.Answer first) {
    var rounds = new Rounds(link, asked, context);
    rounds.answered(first);
    return rounds;
  }

  @Override
  public Next next() throws InterruptedException {
    while (true) {
      var ready = due.poll();
      if (ready != null) {
        return ready;
      }
      if (round != null) {
        settle(round);
        continue;
      }
      var in = stream();
      if (in == null) {
        return new Ended();
      }
      var next = in.next();
      if (!(next instanceof Received(Message.Answer answer))) {
        return next;
      }
      follow(null);
      answered(answer);
    }
  }

  private void answered(Message.Answer answer) {
    if (link.isLast(asked, answer) || !(answer instanceof Message.Result result)) {
      ended(link.last(asked, answer));
      return;
    }
    var members = Objects.requireNonNull(result.members());
    if (TaskJson.isTask(members)) {
      follow(link.tasks().follow(asked, Objects.requireNonNull(members.string("taskId")), context));
      return;
    }
    if (!SessionlessLink.mayAsk(asked.method())) {
      refuse("input in answer to " + asked.method());
      return;
    }
    switch (InputRequests.read(members)) {
      case InputRequests.Wrong(var why) -> refuse(why);
      case InputRequests.Asked next -> ask(next);
    }
  }

  /** The last answer: what was to be done at an address the user was sent to is done. */
  private void ended(Message.Answer answer) {
    if (answer instanceof Message.Result) {
      for (var id : visited) {
        var params = new JsonWriter().beginObject().member("elicitationId", id).endObject();
        due.add(
            new Received(OwnMessages.notification(Methods.ELICITATION_COMPLETE, params.toSlice())));
      }
    }
    due.add(new Received(answer));
  }

  private void ask(InputRequests.Asked next) {
    if (++repeated > ROUNDS_MAX) {
      refuse("input for the " + repeated + "th time; " + ROUNDS_MAX + " rounds are the most");
      return;
    }
    for (var question : next.questions()) {
      if (!question.isDeclared(link.client())) {
        fail(
            ErrorCode.INVALID_REQUEST,
            "asks for "
                + question.method()
                + (question.isUrl() ? " (url)" : "")
                + ", which the client did not declare at initialize",
            null);
        return;
      }
    }
    visited.clear();
    for (var question : next.questions()) {
      var id = link.ask(this.questions, question);
      var params = question.params();
      if (question.isUrl()) {
        params = Elicitations.withId(params, link.name() + "-" + id);
        visited.add(Elicitations.id(params));
      }
      due.add(new Received(OwnMessages.request(id, question.method(), params)));
    }
    round = next;
  }

  /** Waits for the answers and goes into the next round with them. */
  private void settle(InputRequests.Asked asking) throws InterruptedException {
    round = null;
    asked.cancellation().onCancel(questions::giveUp);
    var outcome = questions.await(context.deadline());
    if (asking.questions().isEmpty() && !paused()) {
      outcome = new Questions.Outcome.GivenUp();
    }
    asked.cancellation().done();
    switch (outcome) {
      case Questions.Outcome.Complete(var responses) -> repeat(asking, responses);
      case Questions.Outcome.Refused(var method, var error) -> {
        takeBack("another question was not answered");
        fail(
            ErrorCode.INPUT_REFUSED,
            "needs " + method + " answered, and the client answered with an error",
            new JsonWriter()
                .beginObject()
                .member("server", link.name())
                .member("method", method)
                .member("error", error)
                .endObject()
                .toSlice());
      }
      case Questions.Outcome.TimedOut(var method) -> {
        takeBack("deadline passed");
        fail(
            ErrorCode.INPUT_REFUSED,
            "needs " + method + " answered, and the client did not answer in time",
            null);
      }
      case Questions.Outcome.GivenUp _ -> {
        takeBack("the call was given up");
        due.add(new Broken(new UpstreamFailure.Cancelled("given up while the client was asked")));
      }
    }
  }

  /** A server that asks nothing wants to be asked again: not at once, and ever less often. */
  private boolean paused() throws InterruptedException {
    var isLong = pause.compareTo(PAUSE_MAX) >= 0;
    var until = context.deadline().orIn(pause);
    pause = isLong ? PAUSE_MAX : pause.multipliedBy(2);
    return questions.pause(until);
  }

  private void repeat(InputRequests.Asked asking, Slice responses) throws InterruptedException {
    var json = new JsonWriter().beginObject();
    if (!asking.questions().isEmpty()) {
      json.member(ModernRequest.INPUT_RESPONSES, responses);
    }
    if (asking.state() != null) {
      json.member(ModernRequest.REQUEST_STATE, asking.state());
    }
    var object = json.endObject().toSlice();
    var more = new Slice(object.array(), object.from() + 1, object.to() - 1);
    switch (link.repeat(asked, more, context)) {
      case Answer.Whole(var message, var _) -> answered(message);
      case Answer.Streamed(var next) -> follow(next);
      case Answer.Accepted _ ->
          due.add(new Broken(new UpstreamFailure.BadAnswer("202 in answer to a request")));
      case Answer.Failed(var failure) -> due.add(new Broken(failure));
    }
  }

  private void takeBack(String reason) {
    for (var id : questions.takeBack()) {
      link.forget(id);
      var params =
          new JsonWriter()
              .beginObject()
              .member("requestId", id)
              .member("reason", reason)
              .endObject()
              .toSlice();
      due.add(new Received(OwnMessages.notification(Methods.CANCELLED, params)));
    }
  }

  private void refuse(String what) {
    fail(ErrorCode.UPSTREAM_FAILED, "asks for " + what, null);
  }

  private void fail(ErrorCode code, String what, @Nullable Slice data) {
    var message = "Server '" + link.name() + "' " + what;
    var id = Slice.utf8(Long.toString(asked.id()));
    due.add(new Received(OwnMessages.failure(id, code, message, data)));
  }

  private synchronized @Nullable MessageStream stream() {
    return stream;
  }

  /** Goes on with another stream of the server, or with none. */
  private void follow(@Nullable MessageStream next) {
    MessageStream old;
    synchronized (this) {
      old = closed ? next : stream;
      stream = closed ? null : next;
    }
    if (old != null) {
      old.close();
    }
  }

  @Override
  public void close() {
    MessageStream open;
    synchronized (this) {
      closed = true;
      open = stream;
    }
    if (open != null) {
      open.close(); // whoever waits for it learns from it that it is over
    }
    questions.giveUp();
    questions.takeBack().forEach(link::forget);
    link.ended(asked.id());
  }
}
