package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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
  private final Asking asking;

  // Of the pulling thread only.
  private final Deque<Next> due = new ArrayDeque<>(2);
  private final Progress progress = new Progress();
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
    this.asking = new Asking(link, asked.id());
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
        if (!progress.isStepBack(next)) {
          return next;
        }
        continue;
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

  private void ended(Message.Answer answer) {
    if (answer instanceof Message.Result) {
      due.addAll(asking.completed());
    }
    due.add(new Received(answer));
  }

  private void ask(InputRequests.Asked next) {
    if (++repeated > ROUNDS_MAX) {
      refuse("input for the " + repeated + "th time; " + ROUNDS_MAX + " rounds are the most");
      return;
    }
    for (var question : next.questions()) {
      var undeclared = asking.undeclared(question);
      if (undeclared != null) {
        due.add(new Received(undeclared));
        return;
      }
    }
    asking.begin();
    for (var question : next.questions()) {
      due.add(asking.ask(question, null));
    }
    round = next;
  }

  /** Waits for the answers and goes into the next round with them. */
  private void settle(InputRequests.Asked current) throws InterruptedException {
    round = null;
    var questions = asking.questions();
    asked.cancellation().onCancel(questions::giveUp);
    var outcome = questions.await(context.deadline());
    if (current.questions().isEmpty() && !paused()) {
      outcome = new Questions.Outcome.GivenUp();
    }
    asked.cancellation().done();
    switch (outcome) {
      case Questions.Outcome.Complete(var responses) -> repeat(current, responses);
      case Questions.Outcome.Refused refused -> {
        due.addAll(asking.takeBack("another question was not answered"));
        due.add(new Received(asking.refused(refused)));
      }
      case Questions.Outcome.TimedOut(var method) -> {
        due.addAll(asking.takeBack("deadline passed"));
        var what = "needs " + method + " answered, and the client did not answer in time";
        due.add(new Received(asking.failure(ErrorCode.INPUT_REFUSED, what)));
      }
      case Questions.Outcome.GivenUp _ -> {
        due.addAll(asking.takeBack("the call was given up"));
        due.add(new Broken(new UpstreamFailure.Cancelled("given up while the client was asked")));
      }
    }
  }

  /** A server that asks nothing wants to be asked again: not at once, and ever less often. */
  private boolean paused() throws InterruptedException {
    var isLong = pause.compareTo(PAUSE_MAX) >= 0;
    var until = context.deadline().orIn(pause);
    pause = isLong ? PAUSE_MAX : pause.multipliedBy(2);
    return asking.questions().pause(until);
  }

  private void repeat(InputRequests.Asked current, Slice responses) throws InterruptedException {
    var json = new JsonWriter().beginObject();
    if (!current.questions().isEmpty()) {
      json.member(ModernRequest.INPUT_RESPONSES, responses);
    }
    if (current.state() != null) {
      json.member(ModernRequest.REQUEST_STATE, current.state());
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

  private void refuse(String what) {
    due.add(new Received(asking.failure(ErrorCode.UPSTREAM_FAILED, "asks for " + what)));
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
    asking.close();
    link.ended(asked.id());
  }
}
