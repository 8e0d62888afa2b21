package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads a client's messages, one a line, blocking. A line over the bound is skipped whole. */
final class ClientLines {
  /** What was read. */
  sealed interface Line {
    /** A line that is not blank, without its end. */
    record Complete(Slice bytes) implements Line {}

    /** A line over the bound; its content is gone. */
    record TooLong() implements Line {}
  }

  private final InputStream in;
  private final int bytesMax;
  private byte[] buffer = new byte[16 << 10];
  private int start; // of the line under way
  private int end; // after the last byte read
  private int shifted; // by how much the last read moved the bytes

  ClientLines(InputStream in, int bytesMax) {
    this.in = in;
    this.bytesMax = bytesMax;
  }

  /** The next line, or null at the end. A last line without an end counts. */
  @Nullable Line next() throws IOException {
    while (true) {
      var line = nextOrBlank();
      if (!(line instanceof Line.Complete(var bytes)) || !isBlank(bytes)) {
        return line;
      }
    }
  }

  private @Nullable Line nextOrBlank() throws IOException {
    var scanned = start;
    var dropped = false;
    while (true) {
      for (var i = scanned; i < end; i++) {
        if (buffer[i] == '\n') {
          var line = take(i);
          start = i + 1;
          return dropped ? new Line.TooLong() : line;
        }
      }
      if (end - start > bytesMax) {
        dropped = true;
        start = end;
      }
      scanned = end;
      if (!fill()) {
        if (dropped) {
          start = end;
          return new Line.TooLong();
        }
        var rest = end > start ? take(end) : null;
        start = end;
        return rest;
      }
      scanned = Math.max(start, scanned - shifted);
    }
  }

  /** Reads more; false at the end of the stream. */
  private boolean fill() throws IOException {
    shifted = 0;
    if (end == buffer.length) {
      shifted = start;
      var kept = end - start;
      var target = kept > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
      System.arraycopy(buffer, start, target, 0, kept);
      buffer = target;
      start = 0;
      end = kept;
    }
    var read = in.read(buffer, end, buffer.length - end);
    if (read < 0) {
      return false;
    }
    end += read;
    return true;
  }

  /** A copy: the buffer is written to again while the message is on its way. */
  private Line take(int to) {
    var last = to > start && buffer[to - 1] == '\r' ? to - 1 : to;
    return new Line.Complete(Slice.of(Arrays.copyOfRange(buffer, start, last)));
  }

  private static boolean isBlank(Slice line) {
    for (var i = 0; i < line.length(); i++) {
      if (line.at(i) != ' ' && line.at(i) != '\t') {
        return false;
      }
    }
    return true;
  }
}
