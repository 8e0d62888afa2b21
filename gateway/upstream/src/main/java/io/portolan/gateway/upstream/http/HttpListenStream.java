package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.SseReader;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a legacy server sends outside of calls: one GET after the other, each behind the last event
 * of the one before. A server that offers no such stream ends it at once; one that is away is tried
 * again with growing pauses until the stream is closed.
 */
final class HttpListenStream implements MessageStream {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration RETRY_MIN = Duration.ofMillis(50);
  private static final Duration RETRY_MAX = Duration.ofSeconds(30);

  /** Opens the stream, or what comes behind an event of it. */
  @FunctionalInterface
  interface Opener {
    Exchange open(@Nullable String lastEventId, Cancellation cancellation)
        throws ExchangeFailed, InterruptedException;
  }

  private final AnswerReader answers;
  private final AnswerReader.Session session;
  private final Opener opener;
  private final Cancellation cancellation = new Cancellation();
  private final CountDownLatch tried = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Exchange exchange;
  private @Nullable SseReader events;
  private boolean over;
  private int failures;
  private @Nullable String lastEventId;
  private Duration retry = RETRY;

  HttpListenStream(AnswerReader answers, AnswerReader.Session session, Opener opener) {
    this.answers = answers;
    this.session = session;
    this.opener = opener;
  }

  @Override
  public void awaitOpen(Duration patience) throws InterruptedException {
    var _ = tried.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public Next next() throws InterruptedException {
    while (!over && closed.getCount() > 0) {
      var reader = events;
      if (reader == null) {
        var ended = connect();
        tried.countDown();
        if (ended != null) {
          over = true;
          return ended;
        }
        continue;
      }
      var message = read(reader);
      if (message != null) {
        return new Received(message);
      }
    }
    over = true;
    return new Ended();
  }

  /** The next message; null when the stream must be opened again. */
  private @Nullable Message read(SseReader reader) throws InterruptedException {
    var current = exchange;
    if (current == null) {
      throw new IllegalStateException("no exchange");
    }
    try {
      for (var event = reader.next(); event != null; event = reader.next()) {
        current.body().tookMessage();
        failures = 0;
        if (event.id() != null) {
          lastEventId = event.id();
        }
        if (event.retry() != null) {
          retry = event.retry();
        }
        if (event.data().length() > 0 && event.type().equals("message")) {
          var message = answers.message(event.data());
          if (!(message instanceof Message.Answer)) {
            return message;
          }
        }
      }
      current.abandon();
    } catch (IOException e) {
      current.failed(e, "while listening", true);
    }
    events = null;
    pause();
    return null;
  }

  /** Opens the stream; not null when there will be none. */
  private @Nullable Next connect() throws InterruptedException {
    Exchange next;
    try {
      next = opener.open(lastEventId, cancellation);
    } catch (ExchangeFailed _) {
      pause();
      return null;
    }
    exchange = next;
    next.dropDeadline();
    if (closed.getCount() == 0) {
      next.abandon();
      return new Ended();
    }
    var status = next.head().status();
    if (status == 200 && next.head().content() == ResponseHead.Content.EVENTS) {
      events = new SseReader(next.body(), answers.bytesMax());
      return null;
    }
    next.abandon();
    if (status == 404 && session == AnswerReader.Session.NAMED) {
      return new Broken(new UpstreamFailure.SessionLost("404 to the stream's GET"));
    }
    if (status >= 500 || status == 429) {
      pause();
      return null;
    }
    return new Ended();
  }

  private void pause() throws InterruptedException {
    var base = Math.max(retry.toNanos(), RETRY_MIN.toNanos());
    var wait = Math.min(base << Math.min(failures, 10), RETRY_MAX.toNanos());
    failures++;
    closed.await(Math.max(wait, base), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    closed.countDown();
    cancellation.cancel();
  }
}
