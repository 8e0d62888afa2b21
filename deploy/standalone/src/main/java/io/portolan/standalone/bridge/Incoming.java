package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.SseReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The messages in the body of an HTTP answer: one when it is JSON, any number when it is an event
 * stream. Remembers what is needed to resume the stream. For one thread; {@link #close} may be
 * called by any and ends a blocked {@link #next}.
 */
final class Incoming implements AutoCloseable {
  private final InputStream body;
  private final int bytesMax;
  private final @Nullable SseReader events;
  private boolean bodyTaken;
  private @Nullable String lastEventId;
  private @Nullable Duration retry;

  Incoming(HttpResponse<InputStream> response, int bytesMax) {
    this.body = response.body();
    this.bytesMax = bytesMax;
    this.events = isStream(response) ? new SseReader(body, bytesMax) : null;
  }

  static boolean isStream(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Content-Type")
        .map(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
        .orElse(false);
  }

  /**
   * The next message, blocking; null when there is none any more.
   *
   * @throws IOException when the connection breaks or a message is longer than the bound
   */
  @Nullable Slice next() throws IOException {
    return events == null ? wholeBody() : nextEvent(events);
  }

  private @Nullable Slice nextEvent(SseReader reader) throws IOException {
    while (true) {
      var event = reader.next();
      if (event == null) {
        return null;
      }
      lastEventId = event.id() != null ? event.id() : lastEventId;
      retry = event.retry() != null ? event.retry() : retry;
      // An event without data only carries an id; types other than "message" are not MCP's.
      if (event.data().length() > 0 && event.type().equals("message")) {
        return event.data();
      }
    }
  }

  private @Nullable Slice wholeBody() throws IOException {
    if (bodyTaken) {
      return null;
    }
    bodyTaken = true;
    var bytes = body.readNBytes(bytesMax + 1);
    if (bytes.length > bytesMax) {
      throw new IOException("the answer is longer than " + bytesMax + " bytes");
    }
    return bytes.length == 0 ? null : Slice.of(bytes);
  }

  /** The id to resume the stream after. */
  Optional<String> lastEventId() {
    return Optional.ofNullable(lastEventId).filter(id -> !id.isEmpty());
  }

  /** How long the stream asked to wait before it is opened again. */
  Optional<Duration> retry() {
    return Optional.ofNullable(retry);
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
