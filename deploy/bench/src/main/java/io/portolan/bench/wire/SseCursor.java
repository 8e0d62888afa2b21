package io.portolan.bench.wire;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Walks the complete events of a growing SSE body, in order, each once.
 *
 * <p>Not thread-safe. Events without data (comments, a bare id) are passed over.
 */
public final class SseCursor {
  private int offset;

  /** The data of the next event that ends before {@code to}, or empty when none does yet. */
  public Optional<byte[]> next(byte[] body, int from, int to) {
    while (true) {
      var end = endOfEvent(body, from + offset, to);
      if (end < 0) {
        return Optional.empty();
      }
      var event = new String(body, from + offset, end - from - offset, StandardCharsets.UTF_8);
      offset = end - from;
      var data = dataOf(event);
      if (!data.isEmpty()) {
        return Optional.of(data.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** Bytes of complete events passed so far; anything after them is a torn event. */
  public int offset() {
    return offset;
  }

  private static int endOfEvent(byte[] body, int from, int to) {
    var lineFrom = from;
    for (var at = from; at < to; at++) {
      if (body[at] != '\n') {
        continue;
      }
      var lineTo = at > lineFrom && body[at - 1] == '\r' ? at - 1 : at;
      if (lineTo == lineFrom) {
        return at + 1;
      }
      lineFrom = at + 1;
    }
    return -1;
  }

  private static String dataOf(String event) {
    var data = new StringBuilder();
    event
        .lines()
        .filter(line -> line.startsWith("data:"))
        .map(line -> line.substring(line.startsWith("data: ") ? 6 : 5))
        .forEach(line -> data.append(data.isEmpty() ? "" : "\n").append(line));
    return data.toString();
  }
}
