package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.edge.MemoryBudget;
import io.portolan.gateway.core.upstream.BodyBuffers;
import io.portolan.gateway.protocol.LongBytes;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.calls.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/*
 * `left` is what remains of the body, or of the chunk under way. A chunk's size line and the line
 * end behind a chunk are read when the next byte is asked for, not before: the stream must not wait
 * for a server that has more to say later.
 */

/**
 * The body of the answer under way, without its framing: by length, in chunks, or up to the end of
 * the connection. Reused by the exchanges of one connection. Blocking.
 */
final class BodyStream extends InputStream {
  private static final int LINE_BYTES_MAX = 16 << 10;
  private static final int READ_BYTES = 64 << 10;

  /** A smaller body would waste most of a kept buffer. */
  private static final int KEPT_LEAST = 32 << 10;

  private enum Framing {
    LENGTH,
    CHUNKS,
    CONNECTION
  }

  private final HttpConnection connection;
  private final LongAnswers longAnswers;
  private long taken; // of the body under way, in bytes and what its messages cost
  private long sinceMessage; // bytes of the event under way
  private long reserved; // for events: as much as the longest so far has taken
  private Framing framing = Framing.LENGTH;
  private long left;
  private boolean betweenChunks; // the line end behind a chunk is still due
  private boolean ended = true;
  private boolean broken;

  BodyStream(HttpConnection connection, LongAnswers longAnswers) {
    this.connection = connection;
    this.longAnswers = longAnswers;
  }

  /** Starts with the body that the head announces. */
  void begin(ResponseHead head) {
    betweenChunks = false;
    ended = false;
    broken = false;
    left = 0;
    taken = 0;
    sinceMessage = 0;
    reserved = LongAnswers.ORDINARY_BYTES;
    if (head.status() == 204 || head.status() == 304 || head.isAll()) {
      framing = Framing.LENGTH;
    } else if (head.isChunked()) {
      framing = Framing.CHUNKS;
    } else if (head.contentLength() >= 0) {
      framing = Framing.LENGTH;
      left = head.contentLength();
    } else {
      framing = Framing.CONNECTION;
      left = Long.MAX_VALUE;
    }
    ended = framing == Framing.LENGTH && left == 0;
  }

  /** Whether the whole body has been read. */
  boolean atEnd() {
    return ended;
  }

  /** Whether reading failed. */
  boolean isBroken() {
    return broken;
  }

  /** Whether another answer may follow on the connection. */
  boolean endsBeforeConnection() {
    return framing != Framing.CONNECTION;
  }

  /**
   * Reads all of the body.
   *
   * @throws BadResponse when it is longer than {@code bytesMax}
   */
  Slice readAll(int bytesMax) throws IOException {
    if (framing == Framing.LENGTH && left > bytesMax) {
      throw tooLong(bytesMax);
    }
    if (framing == Framing.CHUNKS && left == 0 && !ended) {
      nextChunk();
    }
    if (framing == Framing.LENGTH && left > KEPT_LEAST && left <= BodyBuffers.BYTES_MAX) {
      return readKept((int) left);
    }
    var expected =
        framing == Framing.CONNECTION ? 4096 : Math.min(left, LongAnswers.ORDINARY_BYTES);
    reserve(expected);
    var bytes = new byte[(int) expected];
    var size = 0;
    while (true) {
      if (size == bytes.length) {
        if (isOver()) {
          return new Slice(bytes, 0, size);
        }
        if (size >= bytesMax) {
          throw tooLong(bytesMax);
        }
        if (size >= LongAnswers.ORDINARY_BYTES) {
          return readRest(bytes, bytesMax);
        }
        var wanted = Math.max(2L * size, size + left);
        var longer =
            (int) Math.min(Math.min(bytesMax, LongAnswers.ORDINARY_BYTES), Math.max(wanted, 4096));
        reserve(longer - size);
        bytes = Arrays.copyOf(bytes, longer);
      }
      var read = read(bytes, size, bytes.length - size);
      if (read < 0) {
        return new Slice(bytes, 0, size);
      }
      size += read;
    }
  }

  /** Whether the body ends here; blocks for the next chunk's size. */
  private boolean isOver() throws IOException {
    return ended || (framing == Framing.CHUNKS && left == 0 && !nextChunk());
  }

  private Slice readRest(byte[] first, int bytesMax) throws IOException {
    longAnswers.enter(() -> connection.exchange() == null);
    reserved = Long.MAX_VALUE; // done here, piece by piece
    try (var all = new LongBytes()) {
      all.add(first, 0, first.length);
      var buffer = new byte[READ_BYTES];
      while (!isOver()) {
        if (all.size() >= bytesMax) {
          throw tooLong(bytesMax);
        }
        if (all.room() == 0) {
          reserve(LongBytes.PIECE_BYTES);
        }
        var read = read(buffer, 0, (int) Math.min(bytesMax - all.size(), buffer.length));
        if (read < 0) {
          break;
        }
        all.add(buffer, 0, read);
      }
      return Slice.of(all.all());
    } finally {
      longAnswers.leave();
    }
  }

  private Slice readKept(int length) throws IOException {
    reserve(BodyBuffers.BYTES_MAX);
    var bytes = BodyBuffers.take();
    var to = BodyBuffers.FIRST + length;
    for (int at = BodyBuffers.FIRST; at < to; ) {
      at += read(bytes, at, to - at);
    }
    return new Slice(bytes, BodyBuffers.FIRST, to);
  }

  /** Twice: it is copied once on its way, when it grows or when it is written. */
  private static void reserve(long bytes) throws BadResponse {
    if (!MemoryBudget.take(2 * bytes)) {
      throw new BadResponse.NoMemory();
    }
  }

  private static BadResponse tooLong(int bytesMax) {
    return new BadResponse.TooLong(bytesMax);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int at, int length) throws IOException {
    try {
      return readSome(target, at, length);
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  private int readSome(byte[] target, int at, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!ended && left == 0 && framing == Framing.CHUNKS) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    var wanted = (int) Math.min(length, left);
    int read;
    if (connection.buffered() > 0) {
      read = Math.min(wanted, connection.buffered());
      System.arraycopy(connection.buffer(), connection.start(), target, at, read);
      connection.consume(read);
    } else if (wanted >= 4096) {
      read = connection.readInto(target, at, wanted);
    } else if (connection.fill()) {
      return readSome(target, at, length);
    } else {
      read = -1;
    }
    if (read < 0) {
      if (framing != Framing.CONNECTION) {
        throw HttpConnection.endedEarly("inside the answer");
      }
      ended = true;
      return -1;
    }
    took(read);
    sinceMessage += read;
    if (sinceMessage > reserved) {
      reserve(LongBytes.PIECE_BYTES);
      reserved += LongBytes.PIECE_BYTES;
    }
    charge(read);
    return read;
  }

  /** A message of this body was read, which costs more than its bytes. */
  void tookMessage() throws IOException {
    sinceMessage = 0;
    charge(Pace.MESSAGE_BYTES);
  }

  /** What is ordinary is free; what comes behind it waits until the server may be read again. */
  private void charge(long bytes) throws IOException {
    taken += bytes;
    if (taken > LongAnswers.ORDINARY_BYTES) {
      longAnswers.read(Math.min(bytes, taken - LongAnswers.ORDINARY_BYTES));
    }
  }

  private void took(int count) {
    if (framing == Framing.CONNECTION) {
      return;
    }
    left -= count;
    if (left == 0) {
      ended = framing == Framing.LENGTH;
      betweenChunks = framing == Framing.CHUNKS;
    }
  }

  /** Reads up to the data of the next chunk; false when there is none. Blocks. */
  private boolean nextChunk() throws IOException {
    while (!nextChunkBuffered()) {
      if (!connection.fill()) {
        throw HttpConnection.endedEarly("between chunks");
      }
    }
    return !ended;
  }

  /**
   * Passes over what is left of the body as far as it has been received, without blocking.
   *
   * @return whether the body has ended
   */
  boolean skipBuffered() throws IOException {
    while (!ended && framing != Framing.CONNECTION) {
      if (left == 0) {
        if (!nextChunkBuffered()) {
          return false;
        }
      } else if (connection.buffered() == 0) {
        return false;
      } else {
        var count = (int) Math.min(left, connection.buffered());
        connection.consume(count);
        took(count);
      }
    }
    return ended;
  }

  /** Like {@link #nextChunk}, but false when not all of the size line has been received. */
  private boolean nextChunkBuffered() throws IOException {
    if (betweenChunks) {
      if (connection.buffered() > 0 && !isLineEnd(connection.buffer()[connection.start()])) {
        throw new BadResponse("a chunk longer than its size");
      }
      var lineEnd = lineEnd();
      if (lineEnd < 0) {
        return false;
      }
      if (lineLength(lineEnd) != 0) {
        throw new BadResponse("a chunk longer than its size");
      }
      consumeLine(lineEnd);
      betweenChunks = false;
    }
    var lineEnd = lineEnd();
    if (lineEnd < 0) {
      return false;
    }
    var size = chunkSize(connection.start(), lineEnd);
    if (size > 0) {
      consumeLine(lineEnd);
      left = size;
      return true;
    }
    return skipTrailers(lineEnd);
  }

  /** Behind the last chunk come trailer lines and an empty one; nothing is consumed before. */
  private boolean skipTrailers(int lastChunkLineEnd) throws IOException {
    var bytes = connection.buffer();
    var from = lastChunkLineEnd + 1;
    for (int i = from; i < connection.end(); i++) {
      if (bytes[i] == '\n') {
        if (i == from || (i == from + 1 && bytes[from] == '\r')) {
          connection.consume(i + 1 - connection.start());
          ended = true;
          return true;
        }
        from = i + 1;
      }
    }
    if (connection.buffered() > LINE_BYTES_MAX) {
      throw new BadResponse("trailers longer than " + LINE_BYTES_MAX + " bytes");
    }
    return false;
  }

  private int lineEnd() throws BadResponse {
    var bytes = connection.buffer();
    for (int i = connection.start(); i < connection.end(); i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    if (connection.buffered() > LINE_BYTES_MAX) {
      throw new BadResponse("a chunk line longer than " + LINE_BYTES_MAX + " bytes");
    }
    return -1;
  }

  private int lineLength(int lineEnd) {
    var length = lineEnd - connection.start();
    return length > 0 && connection.buffer()[lineEnd - 1] == '\r' ? length - 1 : length;
  }

  private void consumeLine(int lineEnd) {
    connection.consume(lineEnd + 1 - connection.start());
  }

  private static boolean isLineEnd(byte b) {
    return b == '\r' || b == '\n';
  }

  private long chunkSize(int from, int to) throws BadResponse {
    var bytes = connection.buffer();
    var size = 0L;
    var i = from;
    for (; i < to; i++) {
      var digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        break;
      }
      size = size * 16 + digit;
      if (size > Integer.MAX_VALUE) {
        throw new BadResponse("a chunk of more than 2 GiB");
      }
    }
    if (i == from || (!isLineEnd(bytes[i]) && bytes[i] != ';' && bytes[i] != ' ')) {
      throw new BadResponse("a bad chunk size");
    }
    return size;
  }
}
