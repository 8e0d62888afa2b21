package io.portolan.mcp.kit.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads lines of bytes up to a bound; a longer line is skipped and reported. Not thread-safe. */
final class LineReader {
  /** What was read. */
  sealed interface Line {
    record Text(ByteBuffer bytes) implements Line {}

    record TooLong() implements Line {}

    record End() implements Line {}
  }

  private final InputStream in;
  private final int bytesMax;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int end;

  LineReader(InputStream in, int bytesMax) {
    this.in = in;
    this.bytesMax = bytesMax;
  }

  /** The next line without its line break; a last line without one counts. */
  Line read() throws IOException {
    var line = new ByteArrayOutputStream();
    var tooLong = false;
    while (true) {
      if (next == end) {
        next = 0;
        end = Math.max(0, in.read(buffer));
        if (end == 0) {
          return line.size() > 0
              ? new Line.Text(ByteBuffer.wrap(line.toByteArray()))
              : new Line.End();
        }
      }
      var stop = next;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      if (line.size() + (stop - next) > bytesMax) {
        tooLong = true;
        line.reset();
      } else if (!tooLong) {
        line.write(buffer, next, stop - next);
      }
      var atBreak = stop < end;
      next = atBreak ? stop + 1 : stop;
      if (atBreak) {
        return tooLong ? new Line.TooLong() : new Line.Text(ByteBuffer.wrap(line.toByteArray()));
      }
    }
  }
}
