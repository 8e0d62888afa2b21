package io.portolan.gateway.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * A carriage return ends its line at once; whether a line feed belongs to it is found out with the
 * next byte, so that an event is never held back waiting for one. What was scanned is not scanned
 * again when more arrives, and the buffer doubles up to a bound, so that a line of any length costs
 * time in proportion to its bytes. What is longer is gathered outside the heap.
 */

/** Reads the lines of an event stream: they end with LF, CR or CRLF. Not thread-safe. */
final class LineReader {
  private static final int BUFFER_BYTES = 8192;
  private static final int BUFFER_BYTES_KEPT_MAX = 64 << 10;
  private static final int BUFFERED_MAX = 1 << 20;
  private static final int LINE_BYTES_MAX = 512 << 20; // the buffer may get twice as large

  private final InputStream in;
  private final int lineBytesMax;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int start; // first byte not yet taken
  private int end; // after the last byte read
  private boolean first = true; // nothing was taken yet: a byte order mark may come
  private boolean afterReturn; // the last line ended with CR

  LineReader(InputStream in, int lineBytesMax) {
    this.in = in;
    this.lineBytesMax = Math.min(lineBytesMax, LINE_BYTES_MAX);
  }

  /**
   * The next line without its end, valid until the next call; null at the end of the stream. Bytes
   * after the last line end are left for {@link #rest}.
   *
   * @throws IOException when the stream fails or the line is too long
   */
  @Nullable Slice next() throws IOException {
    shrink();
    var scanned = start;
    while (true) {
      skipMarks();
      scanned = Math.max(scanned, start);
      for (; scanned < end; scanned++) {
        var b = buffer[scanned];
        if (b == '\n' || b == '\r') {
          return take(scanned, b == '\r');
        }
      }
      if (end - start > lineBytesMax) {
        throw tooLong();
      }
      if (end - start >= BUFFERED_MAX) {
        return longLine();
      }
      var taken = start;
      if (!fill()) {
        return null;
      }
      scanned -= taken - start;
    }
  }

  /** The line under way, of which the buffer holds only the beginning. */
  private @Nullable Slice longLine() throws IOException {
    try (var line = new LongBytes()) {
      var begins = buffer[start];
      line.add(buffer, start, end - start);
      start = 0;
      while (line.size() <= lineBytesMax) {
        end = Math.max(0, in.read(buffer, 0, BUFFER_BYTES_KEPT_MAX));
        if (end == 0) {
          buffer[0] = begins; // all that is asked of the rest is whether it was a comment
          end = 1;
          return null;
        }
        for (int i = 0; i < end; i++) {
          if (buffer[i] == '\n' || buffer[i] == '\r') {
            line.add(buffer, 0, i);
            var _ = take(i, buffer[i] == '\r');
            return Slice.of(line.all());
          }
        }
        line.add(buffer, 0, end);
      }
      throw tooLong();
    }
  }

  private IOException tooLong() {
    return new IOException("line of an event longer than " + lineBytesMax + " bytes");
  }

  /** What the stream ended with after its last line end. */
  Slice rest() {
    return new Slice(buffer, start, end);
  }

  private Slice take(int lineEnd, boolean isReturn) {
    var line = new Slice(buffer, start, lineEnd);
    start = lineEnd + 1;
    first = false;
    afterReturn = isReturn;
    return line;
  }

  /** Skips the line feed of a CRLF, and the byte order mark that a stream may begin with. */
  private void skipMarks() {
    if (afterReturn && start < end) {
      afterReturn = false;
      if (buffer[start] == '\n') {
        start++;
      }
    }
    if (first
        && end - start >= 3
        && buffer[start] == (byte) 0xef
        && buffer[start + 1] == (byte) 0xbb
        && buffer[start + 2] == (byte) 0xbf) {
      start += 3;
      first = false;
    }
  }

  /** Reads more bytes after {@code end}; moves or enlarges first where there is no room. */
  private boolean fill() throws IOException {
    if (end == buffer.length) {
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

  /** Gives back what a large event needed, as streams live long. */
  private void shrink() {
    if (buffer.length > BUFFER_BYTES_KEPT_MAX && end - start <= BUFFER_BYTES / 2) {
      buffer = Arrays.copyOf(Arrays.copyOfRange(buffer, start, end), BUFFER_BYTES);
      end -= start;
      start = 0;
    }
  }
}
