package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.protocol.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts a byte stream into lines, each a copy of its own. Blocking; not thread-safe. */
final class LineReader {
  /** A line over the limit; the stream cannot be read any further. */
  static final class LineTooLong extends IOException {
    private static final long serialVersionUID = 1L;

    LineTooLong(int bytesMax) {
      super("a line longer than " + bytesMax + " bytes on standard output");
    }
  }

  private final InputStream in;
  private final int lineBytesMax;
  private byte[] buffer = new byte[16 << 10];
  private int start;
  private int end;

  LineReader(InputStream in, int lineBytesMax) {
    this.in = in;
    this.lineBytesMax = lineBytesMax;
  }

  /** The next line that is not blank, without its end; null at the end of the stream. */
  @Nullable Slice next() throws IOException {
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
    var last = to;
    while (last > start && isBlank(buffer[last - 1])) {
      last--;
    }
    return last == start ? null : Slice.of(Arrays.copyOfRange(buffer, start, last));
  }

  private static boolean isBlank(byte b) {
    return b == '\r' || b == ' ' || b == '\t';
  }
}
