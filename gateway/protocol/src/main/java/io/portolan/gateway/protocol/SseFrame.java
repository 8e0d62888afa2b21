package io.portolan.gateway.protocol;

import org.jspecify.annotations.Nullable;

/*
 * A message is always one data line. Between the tokens of a JSON text, the only place where line
 * breaks can be, a space means the same, and there are clients that read the stream line by line
 * and take every data line for a message.
 */

/**
 * Frames messages as server-sent events. Event ids must not contain line breaks or NUL, which would
 * break the stream; {@link IllegalArgumentException} otherwise. Stateless.
 */
public final class SseFrame {
  private static final Slice HEAD = Slice.utf8("event: message\ndata: ");
  private static final Slice END = Slice.utf8("\n\n");
  private static final Slice KEEP_ALIVE = Slice.utf8(": keep-alive\n\n");

  private SseFrame() {}

  /** The event that carries {@code message}, a JSON text; line breaks in it become spaces. */
  public static Payload message(@Nullable String eventId, Payload message) {
    var pieces = message.parts();
    var parts = new Slice[pieces.size() + 3];
    var count = 0;
    if (eventId != null) {
      parts[count++] = Slice.utf8(idLine(eventId));
    }
    parts[count++] = HEAD;
    for (int i = 0; i < pieces.size(); i++) {
      parts[count++] = oneLine(pieces.get(i));
    }
    parts[count++] = END;
    return Payload.of(parts, count);
  }

  /** The piece itself when it has no line breaks, which is nearly always. */
  private static Slice oneLine(Slice piece) {
    var at = lineBreak(piece.array(), piece.from(), piece.to());
    if (at == piece.to()) {
      return piece;
    }
    var bytes = piece.toBytes();
    for (int i = at - piece.from(); i < bytes.length; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        bytes[i] = ' ';
      }
    }
    return Slice.of(bytes);
  }

  /** The index of the first line break, or {@code to}. */
  private static int lineBreak(byte[] bytes, int from, int to) {
    var i = from;
    while (i + 8 <= to) {
      var hits = Words.lineBreak(Words.at(bytes, i));
      if (hits != 0) {
        return i + Words.first(hits);
      }
      i += 8;
    }
    while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
      i++;
    }
    return i;
  }

  /** The event that opens a resumable stream: an id and empty data (2025-11-25). */
  public static Payload priming(String eventId) {
    return Payload.of(idLine(eventId) + "data: \n\n");
  }

  /** The event that tells the client to come back after {@code retryMillis} milliseconds. */
  public static Payload retry(@Nullable String eventId, long retryMillis) {
    var id = eventId == null ? "" : idLine(eventId);
    return Payload.of(id + "retry: " + retryMillis + "\ndata: \n\n");
  }

  /** A comment, which keeps the connection open and says nothing. */
  public static Payload keepAlive() {
    return Payload.of(KEEP_ALIVE);
  }

  private static String idLine(String eventId) {
    if (eventId.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
      throw new IllegalArgumentException("event id with a line break or NUL");
    }
    return "id: " + eventId + "\n";
  }
}
