package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.SseEvent;
import io.portolan.gateway.protocol.SseReader;
import io.portolan.tenancy.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * A legacy server may close the stream before the answer and ask the client to come back (SSE
 * polling); so may any proxy in between. Where the server numbered its events, the stream is opened
 * again behind the last whole one. Events are passed on only when they are complete, so nothing is
 * lost or seen twice.
 */

/** The events of one answer, up to the message that answers the request. */
final class HttpMessageStream implements MessageStream {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration RETRY_MIN = Duration.ofMillis(10);

  /** Opens the rest of a stream. */
  @FunctionalInterface
  interface Resumption {
    /** The events behind {@code lastEventId}. */
    Exchange resume(String lastEventId) throws ExchangeFailed, InterruptedException;
  }

  private final AnswerReader answers;
  private final Slice id;
  private final Deadline deadline;
  private final @Nullable Resumption resumption;
  private final StrayProgress strays;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Exchange exchange;
  private SseReader events;
  private volatile boolean answered;
  private boolean over;
  private boolean paused;
  private @Nullable String lastEventId;
  private Duration retry = RETRY;

  /**
   * @param id the request's id as it was sent
   * @param strays judges progress of other calls
   * @param resumption null where a broken stream means a lost answer
   */
  HttpMessageStream(
      AnswerReader answers,
      Exchange exchange,
      Slice id,
      Deadline deadline,
      StrayProgress strays,
      @Nullable Resumption resumption) {
    this.answers = answers;
    this.exchange = exchange;
    this.id = id;
    this.deadline = deadline;
    this.strays = strays;
    this.resumption = resumption;
    this.events = new SseReader(exchange.body(), answers.bytesMax());
  }

  @Override
  public Next next() throws InterruptedException {
    if (over || answered) {
      return new Ended();
    }
    if (paused) {
      var failure = comeBack();
      if (failure != null) {
        return broken(failure);
      }
    }
    while (!over) {
      SseEvent event;
      try {
        event = events.next();
        exchange.body().tookMessage();
      } catch (IOException e) {
        return interrupted(e);
      }
      if (event == null) {
        return endedEarly();
      }
      if (event.id() != null) {
        lastEventId = event.id();
      }
      if (event.retry() != null) {
        retry = event.retry();
      }
      if (event.data().length() > 0 && event.type().equals("message")) {
        return received(event.data());
      }
    }
    return new Ended();
  }

  private Next received(Slice data) {
    try {
      var message = answers.message(data);
      if (strays.isTooMuch(message)) {
        throw new BadResponse(
            "more than %,d notifications of progress of other calls".formatted(StrayProgress.MAX));
      }
      if (!(message instanceof Message.Answer)) {
        return new Received(message);
      }
      var answer = AnswerReader.answer(message, id);
      answered = true;
      return new Received(answer);
    } catch (BadResponse e) {
      exchange.abandon();
      return broken(new UpstreamFailure.BadAnswer(String.valueOf(e.getMessage())));
    }
  }

  /** The stream ended between two events. */
  private Next endedEarly() {
    exchange.finish();
    if (closed.getCount() == 0) {
      over = true;
      return new Ended();
    }
    return canResume()
        ? pause()
        : broken(new UpstreamFailure.BrokenOff("the stream ended before the answer", true));
  }

  /** The stream failed, maybe in the middle of an event. */
  private Next interrupted(IOException cause) throws InterruptedException {
    // The reader refused an event that the connection could have brought: it is over the limit.
    var tooLong = !exchange.body().isBroken() && !exchange.body().atEnd();
    var failure = exchange.failed(cause, "while reading the stream", true);
    if (closed.getCount() == 0) {
      over = true;
      return new Ended();
    }
    if (tooLong) {
      answers.tooLong();
      return broken(new UpstreamFailure.BadAnswer(Exchange.describe(cause)));
    }
    return failure instanceof UpstreamFailure.BrokenOff && canResume() ? pause() : broken(failure);
  }

  private boolean canResume() {
    return resumption != null && lastEventId != null;
  }

  private Next pause() {
    paused = true;
    return new Paused(retry);
  }

  private Next broken(UpstreamFailure failure) {
    over = true;
    return new Broken(failure);
  }

  /** Waits as long as the server asked for and opens the rest of the stream. */
  private @Nullable UpstreamFailure comeBack() throws InterruptedException {
    paused = false;
    var wait = Math.max(retry.toNanos(), RETRY_MIN.toNanos());
    if (closed.await(Math.min(wait, Math.max(0, deadline.nanosLeft())), TimeUnit.NANOSECONDS)) {
      over = true;
      return null;
    }
    if (deadline.passed()) {
      return new UpstreamFailure.TimedOut("deadline passed before the stream went on", true);
    }
    if (resumption == null || lastEventId == null) {
      throw new IllegalStateException("nothing to resume");
    }
    try {
      var next = resumption.resume(lastEventId);
      exchange = next;
      if (closed.getCount() == 0) {
        next.abandon();
        over = true;
        return null;
      }
      var status = next.head().status();
      if (status != 200 || next.head().content() != ResponseHead.Content.EVENTS) {
        next.abandon();
        return new UpstreamFailure.BrokenOff(
            "the stream ended before the answer and cannot be resumed: HTTP " + status, true);
      }
      events = new SseReader(next.body(), answers.bytesMax());
      return null;
    } catch (ExchangeFailed e) {
      return switch (e.failure()) {
        case UpstreamFailure.TimedOut timedOut ->
            new UpstreamFailure.TimedOut(timedOut.detail(), true);
        case UpstreamFailure.Cancelled cancelled -> cancelled;
        default -> new UpstreamFailure.BrokenOff(e.failure().detail(), true);
      };
    }
  }

  @Override
  public void close() {
    closed.countDown();
    if (answered) {
      exchange.finish();
    } else {
      exchange.abandon();
    }
  }
}
