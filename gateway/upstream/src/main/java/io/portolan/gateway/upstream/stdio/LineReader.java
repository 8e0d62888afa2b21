package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.protocol.LongBytes;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.calls.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into lines, each a copy of its own. What is longer than any ordinary line is
 * gathered outside the heap, and read at a pace. Blocking; not thread-safe.
 */
final class LineReader {
  /** A line over the limit; the stream cannot be read any further. */
  static final class LineTooLong extends IOException {
    private static final long serialVersionUID = 1L;

    LineTooLong(int bytesMax) {
      super("a line longer than " + bytesMax + " bytes on standard output");
    }
  }

  private static final int ORDINARY_BYTES = 1 << 20;
  private static final int READ_BYTES = 64 << 10;

  private final InputStream in;
  private final int lineBytesMax;
  private final Pace pace;
  private byte[] buffer = new byte[16 << 10];
  private int start;
  private int end;
  private boolean isOver; // nothing more comes

  /**
   * @param lineBytesMax the longest line, in bytes
   * @param pace of what a line has beyond the ordinary
   */
  LineReader(InputStream in, int lineBytesMax, Pace pace) {
    this.in = in;
    this.lineBytesMax = lineBytesMax;
    this.pace = pace;
  }

  /** The next line that is not blank, without its end; null at the end of the stream. */
  @Nullable Slice next() throws IOException, InterruptedException {
    var scanned = start;
    while (true) {
      for (int i = scanned; i < end; i++) {
        if (buffer[i] == '\n') {
          var line = line(i);
          start = i + 1;
          if (line != null) {
            return line;
          }
        }
      }
      scanned = end;
      if (end - start > lineBytesMax) {
        throw new LineTooLong(lineBytesMax);
      }
      if (end - start >= ORDINARY_BYTES) {
        var line = longLine();
        if (line.length() > 0) {
          return line;
        }
        if (isOver) {
          return null;
        }
        scanned = start;
        continue;
      }
      if (end == buffer.length) {
        scanned -= start;
        makeRoom();
      }
      var read = in.read(buffer, end, buffer.length - end);
      if (read < 0) {
        var last = line(end);
        start = end;
        return last;
      }
      end += read;
    }
  }

  /** The line under way, of which the buffer holds only the beginning. */
  private Slice longLine() throws IOException, InterruptedException {
    try (var line = new LongBytes()) {
      line.add(buffer, start, end - start);
      buffer = new byte[READ_BYTES];
      start = 0;
      end = 0;
      while (line.size() <= lineBytesMax) {
        var read = in.read(buffer, 0, buffer.length);
        if (read < 0) {
          isOver = true;
          return trimmed(line.all());
        }
        var lineEnd = indexOfLineEnd(read);
        line.add(buffer, 0, lineEnd < 0 ? read : lineEnd);
        if (lineEnd >= 0 && line.size() <= lineBytesMax) {
          start = lineEnd + 1;
          end = read;
          return trimmed(line.all());
        }
        pace.await(read);
      }
      throw new LineTooLong(lineBytesMax);
    }
  }

  private int indexOfLineEnd(int to) {
    for (int i = 0; i < to; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static Slice trimmed(byte[] line) {
    return new Slice(line, 0, length(line, 0, line.length));
  }

  private void makeRoom() {
    var kept = end - start;
    var size = kept > buffer.length / 2 ? buffer.length * 2 : buffer.length;
    buffer =
        size == buffer.length
            ? Arrays.copyOf(Arrays.copyOfRange(buffer, start, end), size)
            : Arrays.copyOfRange(buffer, start, start + size);
    start = 0;
    end = kept;
  }

  private @Nullable Slice line(int to) {
    var last = length(buffer, start, to);
    return last == start ? null : Slice.of(Arrays.copyOfRange(buffer, start, last));
  }

  /** Where a line ends that has blanks behind it. */
  private static int length(byte[] bytes, int from, int to) {
    var last = to;
    while (last > from && isBlank(bytes[last - 1])) {
      last--;
    }
    return last;
  }

  private static boolean isBlank(byte b) {
    return b == '\r' || b == ' ' || b == '\t';
  }
}
