package io.portolan.gateway.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events from a byte stream, blocking for each. Events larger than the bound fail
 * the stream. Events with neither data, id nor retry (comments, keep-alives) are skipped. An event
 * that the stream breaks off inside is never delivered. Not thread-safe.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
public final class SseReader {
  private static final long RETRY_MILLIS_MAX = Duration.ofDays(1).toMillis();

  private final LineReader lines;
  private final int eventBytesMax;

  // The event under way.
  private int eventBytes;
  private String type = "";
  private @Nullable String id;
  private @Nullable Duration retry;
  private byte[] data = new byte[0];
  private int dataSize = -1; // -1 before the first data line

  /** Reads from {@code in}; no event may be longer than {@code eventBytesMax} bytes. */
  public SseReader(InputStream in, int eventBytesMax) {
    this.lines = new LineReader(in, eventBytesMax);
    this.eventBytesMax = eventBytesMax;
  }

  /**
   * The next event, or null when the stream ended between events.
   *
   * @throws IOException when the stream fails, ends inside an event, or an event is too long
   */
  public @Nullable SseEvent next() throws IOException {
    begin();
    while (true) {
      var line = lines.next();
      if (line == null) {
        var rest = lines.rest();
        if (eventBytes > 0 || (rest.length() > 0 && rest.at(0) != ':')) {
          throw new IOException("stream ended inside an event");
        }
        return null;
      }
      if (line.length() == 0) {
        if (dataSize >= 0 || id != null || retry != null) {
          return event();
        }
        begin();
      } else if (line.at(0) != ':') {
        field(line);
      }
    }
  }

  private void begin() {
    eventBytes = 0;
    type = "";
    id = null;
    retry = null;
    dataSize = -1;
  }

  private SseEvent event() {
    var slice = dataSize < 0 ? Slice.empty() : new Slice(data, 0, dataSize);
    data = new byte[0]; // the event keeps its bytes
    return new SseEvent(type.isEmpty() ? "message" : type, id, slice, retry);
  }

  private void field(Slice line) throws IOException {
    eventBytes += line.length();
    if (eventBytes > eventBytesMax) {
      throw new IOException("event longer than " + eventBytesMax + " bytes");
    }
    var colon = colon(line);
    var name = new Slice(line.array(), line.from(), colon);
    var from = colon == line.to() ? colon : colon + 1;
    if (from < line.to() && line.array()[from] == ' ') {
      from++;
    }
    var value = new Slice(line.array(), from, line.to());
    if (name.is("data")) {
      data(value);
    } else if (name.is("event")) {
      type = value.text();
    } else if (name.is("id")) {
      var text = value.text();
      id = text.indexOf('\0') < 0 ? text : id;
    } else if (name.is("retry")) {
      retry(value);
    }
  }

  /** The index of the first colon, or the end of the line. */
  private static int colon(Slice line) {
    for (int i = line.from(); i < line.to(); i++) {
      if (line.array()[i] == ':') {
        return i;
      }
    }
    return line.to();
  }

  private void data(Slice value) {
    var at = dataSize < 0 ? 0 : dataSize + 1;
    var needed = at + value.length();
    if (needed > data.length) {
      // The first line gets what it needs: nearly all events have one.
      data = Arrays.copyOf(data, dataSize < 0 ? needed : Math.max(2 * data.length, needed));
    }
    if (at > 0) {
      data[at - 1] = '\n';
    }
    System.arraycopy(value.array(), value.from(), data, at, value.length());
    dataSize = needed;
  }

  /** Anything but digits is ignored; a time beyond a day counts as a day. */
  private void retry(Slice value) {
    var millis = 0L;
    for (int i = 0; i < value.length(); i++) {
      var digit = value.at(i) - '0';
      if (digit < 0 || digit > 9) {
        return;
      }
      millis = Math.min(RETRY_MILLIS_MAX, 10 * millis + digit);
    }
    if (value.length() > 0) {
      retry = Duration.ofMillis(millis);
    }
  }
}
