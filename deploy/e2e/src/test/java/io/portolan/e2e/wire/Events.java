package io.portolan.e2e.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The server-sent events of a stream, by the rules of the HTML standard. */
public final class Events {
  /** One event. The data is empty for an event that only sets an id or a retry time. */
  @SuppressWarnings("ArrayRecordComponent") // bytes on the wire; never compared as records
  public record Event(
      Optional<String> id, String name, Optional<String> retry, byte[] data, int dataLines) {
    public boolean isMessage() {
      return data.length > 0;
    }

    public String text() {
      return new String(data, UTF_8);
    }
  }

  private final InputStream in;
  private boolean afterReturn;

  Events(InputStream in) {
    this.in = in;
  }

  /** The next event that has a message, or nothing at the end of the stream. */
  public Optional<Event> nextMessage() throws IOException {
    for (var event = next(); event.isPresent(); event = next()) {
      if (event.get().isMessage()) {
        return event;
      }
    }
    return Optional.empty();
  }

  /** The next event of any kind; comments are skipped, an event cut off by the end is dropped. */
  public Optional<Event> next() throws IOException {
    Optional<String> id = Optional.empty();
    Optional<String> retry = Optional.empty();
    var name = "message";
    var data = new ByteArrayOutputStream();
    var dataLines = 0;
    var fields = 0;
    for (var line = line(); line.isPresent(); line = line()) {
      var bytes = line.get();
      if (bytes.length == 0) {
        if (fields > 0) {
          return Optional.of(new Event(id, name, retry, data.toByteArray(), dataLines));
        }
        continue;
      }
      var field = field(bytes);
      var value = new String(bytes, field.valueAt(), bytes.length - field.valueAt(), UTF_8);
      switch (field.name()) {
        case "data" -> {
          if (dataLines++ > 0) {
            data.write('\n');
          }
          data.write(bytes, field.valueAt(), bytes.length - field.valueAt());
        }
        case "id" -> id = Optional.of(value);
        case "event" -> name = value;
        case "retry" -> retry = Optional.of(value);
        default -> fields--;
      }
      fields++;
    }
    return Optional.empty();
  }

  private record Field(String name, int valueAt) {}

  private static Field field(byte[] line) {
    var colon = 0;
    while (colon < line.length && line[colon] != ':') {
      colon++;
    }
    var value = Math.min(colon + 1, line.length);
    var valueAt = value < line.length && line[value] == ' ' ? value + 1 : value;
    return new Field(new String(line, 0, colon, UTF_8), valueAt);
  }

  private Optional<byte[]> line() throws IOException {
    var out = new ByteArrayOutputStream();
    for (var b = read(); ; b = read()) {
      if (b < 0) {
        return Optional.empty();
      }
      if (b == '\n') {
        return Optional.of(out.toByteArray());
      }
      if (b == '\r') {
        afterReturn = true;
        return Optional.of(out.toByteArray());
      }
      out.write(b);
    }
  }

  /** A line feed right after a carriage return ends the same line, however late it comes. */
  private int read() throws IOException {
    var b = in.read();
    if (afterReturn && b == '\n') {
      b = in.read();
    }
    afterReturn = false;
    return b;
  }
}
