package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.sessionless.InputRequests.Question;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The questions that wait for the client on behalf of one call. One thread asks and waits, others
 * bring answers or give up. Thread-safe; at most {@link InputRequests#QUESTIONS_MAX} are open.
 */
final class Questions {
  private static final Slice CANCELLED = Slice.utf8("{\"action\":\"cancel\"}");

  /** How a wait for answers ended. */
  sealed interface Outcome {
    /**
     * All were answered.
     *
     * @param responses the value of {@code inputResponses}
     */
    record Complete(Slice responses) implements Outcome {}

    /** One was answered with an error, which has no place among input responses. */
    record Refused(String method, Slice error) implements Outcome {}

    /** The deadline passed before this one was answered. */
    record TimedOut(String method) implements Outcome {}

    /** Nobody waits for the call any more. */
    record GivenUp() implements Outcome {}
  }

  // All guarded by this.
  private final Map<Long, Question> open = new LinkedHashMap<>();
  private final Map<Question, Slice> answers = new LinkedHashMap<>();
  private Outcome.@Nullable Refused refused;
  private boolean givenUp;

  /** Notes a question under the id of the request that asks it. */
  synchronized void ask(long id, Question question) {
    open.put(id, question);
    answers.put(question, CANCELLED); // keeps the server's order
  }

  /** Takes the client's answer; one that comes twice, or too late, changes nothing. */
  synchronized void answered(long id, JsonView message) {
    var question = open.get(id);
    if (question == null) {
      return;
    }
    var result = message.get("result");
    if (result != null && result.isObject()) {
      answers.put(question, result);
      open.remove(id);
    } else if (question.method().equals(Methods.ELICITATION_CREATE)) {
      // Whatever went wrong there, the user has not chosen: that is what cancel means.
      open.remove(id);
    } else if (refused == null) {
      var error = message.get("error");
      refused =
          new Outcome.Refused(question.method(), error == null ? InputRequests.NO_PARAMS : error);
      open.remove(id);
    }
    notifyAll();
  }

  /** Waits until all are answered, one is refused, or there is nothing to wait for. */
  synchronized Outcome await(Deadline deadline) throws InterruptedException {
    while (true) {
      if (givenUp) {
        return new Outcome.GivenUp();
      }
      if (refused != null) {
        return refused;
      }
      if (open.isEmpty()) {
        return complete();
      }
      if (deadline.passed()) {
        return new Outcome.TimedOut(open.values().iterator().next().method());
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, deadline.nanosLeft()));
    }
  }

  private Outcome complete() {
    var json = new ArrayList<Slice>(4 * answers.size() + 2);
    json.add(Slice.utf8("{"));
    answers.forEach(
        (question, answer) -> {
          if (json.size() > 1) {
            json.add(Slice.utf8(","));
          }
          json.add(question.key());
          json.add(Slice.utf8(":"));
          json.add(answer);
        });
    json.add(Slice.utf8("}"));
    answers.clear();
    return new Outcome.Complete(joined(json));
  }

  private static Slice joined(List<Slice> parts) {
    var length = parts.stream().mapToInt(Slice::length).sum();
    var bytes = new byte[length];
    var at = 0;
    for (var part : parts) {
      System.arraycopy(part.array(), part.from(), bytes, at, part.length());
      at += part.length();
    }
    return Slice.of(bytes);
  }

  /** Waits a while unless the call is given up meanwhile; whether it was not. */
  synchronized boolean pause(Deadline until) throws InterruptedException {
    while (!givenUp && !until.passed()) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, until.nanosLeft()));
    }
    return !givenUp;
  }

  /** Nobody waits for the call any more. */
  synchronized void giveUp() {
    givenUp = true;
    notifyAll();
  }

  /** Takes back what is open; the ids of it. */
  synchronized List<Long> takeBack() {
    var ids = List.copyOf(open.keySet());
    open.clear();
    answers.clear();
    return ids;
  }
}
