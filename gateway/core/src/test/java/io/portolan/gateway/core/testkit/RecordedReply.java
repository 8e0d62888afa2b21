package io.portolan.gateway.core.testkit;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.EventSink;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.SseEvent;
import io.portolan.gateway.protocol.SseReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** What a client got. It can hang up. */
public final class RecordedReply implements Reply {
  private final StringBuilder body = new StringBuilder(); // guarded by itself
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int status;
  private volatile List<Header> headers = List.of();
  private volatile boolean streamed;
  private volatile boolean gone;
  private volatile @Nullable Cancellation cancellation;

  @Override
  public void whole(int newStatus, List<Header> newHeaders, Payload json) {
    begin(newStatus, newHeaders);
    append(json);
    ended.countDown();
  }

  @Override
  public void insufficientScope(String scopes, Payload json) {
    whole(403, List.of(new Header("Scopes", scopes)), json);
  }

  @Override
  public void empty(int newStatus, List<Header> newHeaders) {
    begin(newStatus, newHeaders);
    ended.countDown();
  }

  private synchronized void begin(int newStatus, List<Header> newHeaders) {
    if (status != 0) {
      throw new AssertionError("replied twice");
    }
    status = newStatus;
    headers = newHeaders;
  }

  @Override
  public EventSink stream(List<Header> newHeaders) {
    begin(200, newHeaders);
    streamed = true;
    return new EventSink() {
      @Override
      public boolean write(Payload frame) {
        if (gone || ended.getCount() == 0) {
          return false;
        }
        append(frame);
        return true;
      }

      @Override
      public void close() {
        ended.countDown();
      }
    };
  }

  @Override
  public CallRecord stand(Standing standing) throws InterruptedException {
    return standing.write();
  }

  @Override
  public void cancelOnDisconnect(Cancellation newCancellation) {
    cancellation = newCancellation;
  }

  /** The client hangs up. */
  public void hangUp() {
    gone = true;
    var registered = cancellation;
    if (registered != null) {
      registered.cancel();
    }
  }

  /** The HTTP status; 0 before there is one. */
  public int status() {
    return status;
  }

  /** A response header. */
  public String header(String name) {
    return headers.stream()
        .filter(header -> header.name().equals(name))
        .map(Header::value)
        .findFirst()
        .orElseThrow();
  }

  /** Whether the reply is a stream of events. */
  public boolean isStream() {
    return streamed;
  }

  /** Whether nothing follows. */
  public boolean isOver() {
    return ended.getCount() == 0;
  }

  /** Waits until nothing follows. */
  public RecordedReply awaitEnd() throws InterruptedException {
    Wait.on(ended);
    return this;
  }

  private void append(Payload bytes) {
    synchronized (body) {
      body.append(bytes);
    }
  }

  /** Everything that was sent. */
  public String body() {
    synchronized (body) {
      return body.toString();
    }
  }

  /** The events that were sent. */
  public List<SseEvent> events() {
    var events = new ArrayList<SseEvent>();
    var bytes = body().getBytes(StandardCharsets.UTF_8);
    var reader = new SseReader(new ByteArrayInputStream(bytes), 64 << 20);
    try {
      for (var event = reader.next(); event != null; event = reader.next()) {
        events.add(event);
      }
    } catch (IOException e) {
      throw new AssertionError("torn events: " + body(), e);
    }
    return events;
  }

  /** The messages among them. */
  public List<String> messages() {
    return events().stream()
        .map(event -> event.data().text())
        .filter(text -> !text.isEmpty())
        .toList();
  }

  /** Waits until a message holds a text, and returns it. */
  public String awaitMessage(String part) {
    Wait.until(
        "a message with " + part + " in " + body(),
        () -> messages().stream().anyMatch(text -> text.contains(part)));
    return messages().stream().filter(text -> text.contains(part)).findFirst().orElseThrow();
  }
}
