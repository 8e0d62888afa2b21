package io.portolan.tenancy.store.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Tells a write-ahead log that a kill left incomplete from one that is damaged. SQLite itself stops
 * reading at the first frame whose checksum is wrong, and would silently drop every commit behind a
 * flipped bit.
 *
 * <p>A frame's checksum continues the one before it, and a commit reaches the disk before the next
 * begins. So where a wrong frame is followed by one that continues it rightly and, behind that, a
 * whole commit with a frame of yet another, the wrong one was once right. A wrong frame in the very
 * last commit looks like one that was never finished, and is taken for it.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html#the_write_ahead_log">The write-ahead
 *     log</a>
 */
final class LogFile {
  private static final int HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;
  private static final int MAGIC = 0x377f0682;

  private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
  private final FileChannel channel;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private int sum1;
  private int sum2;

  private LogFile(FileChannel channel) {
    this.channel = channel;
  }

  /** Whether committed frames of the log at {@code path} were damaged. */
  static boolean damaged(Path path) throws IOException {
    if (!Files.exists(path)) {
      return false;
    }
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new LogFile(channel).damaged();
    }
  }

  private boolean damaged() throws IOException {
    var size = channel.size();
    if (size < HEADER_BYTES + FRAME_HEADER_BYTES) {
      return false; // Nothing was ever committed to it.
    }
    read(header, 0);
    var pageBytes = header.getInt(8);
    if ((header.getInt(0) & ~1) != MAGIC || pageBytes < 512 || pageBytes > 65536) {
      return true;
    }
    order = (header.getInt(0) & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    sum(header, 0, HEADER_BYTES - 8);
    if (sum1 != header.getInt(24) || sum2 != header.getInt(28)) {
      return true;
    }
    return wrongFrameBeforeACommit(pageBytes, (size - HEADER_BYTES) / (pageBytes + 24L));
  }

  private boolean wrongFrameBeforeACommit(int pageBytes, long frames) throws IOException {
    var frame = ByteBuffer.allocate(FRAME_HEADER_BYTES + pageBytes);
    var wrong = false;
    var committedBehindIt = false;
    for (long i = 0; i < frames; i++) {
      read(frame, HEADER_BYTES + i * frame.capacity());
      sum(frame, 0, 8);
      sum(frame, FRAME_HEADER_BYTES, pageBytes);
      var right = ours(frame) && sum1 == frame.getInt(16) && sum2 == frame.getInt(20);
      if (right && committedBehindIt) {
        return true;
      }
      if (wrong && right && frame.getInt(4) != 0) {
        committedBehindIt = true;
      }
      wrong |= !right;
      // The next frame continues what this one says, also where this one is wrong.
      sum1 = frame.getInt(16);
      sum2 = frame.getInt(20);
    }
    return false;
  }

  /** Frames of an earlier use of the file carry other salts. */
  private boolean ours(ByteBuffer frame) {
    return frame.getInt(8) == header.getInt(16) && frame.getInt(12) == header.getInt(20);
  }

  private void read(ByteBuffer into, long position) throws IOException {
    into.clear();
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position()) < 0) {
        throw new IOException("the write-ahead log became shorter while it was read");
      }
    }
    into.flip();
  }

  private void sum(ByteBuffer bytes, int from, int length) {
    var words = bytes.duplicate().order(order);
    for (int i = from; i < from + length; i += 8) {
      sum1 += words.getInt(i) + sum2;
      sum2 += words.getInt(i + 4) + sum1;
    }
  }
}
