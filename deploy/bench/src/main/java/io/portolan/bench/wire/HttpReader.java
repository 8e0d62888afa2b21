package io.portolan.bench.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads HTTP/1.1 messages from one connection, one after the other, without allocating per message.
 *
 * <p>Use: fill {@link #room()}, tell {@link #received(int)}, and while {@link #complete()} is true
 * look at the message, then {@link #next()}. The body can be watched while it grows. Bounded: a
 * head of 32 KiB, a body of 32 MiB. Not thread-safe; throws {@link MalformedException} for bytes
 * that are not HTTP/1.1.
 */
public final class HttpReader {
  private static final int HEAD_BYTES_MAX = 32 << 10;
  private static final int BODY_BYTES_MAX = 32 << 20;

  private enum Stage {
    HEAD,
    FIXED,
    CHUNK_SIZE,
    CHUNK_DATA,
    TRAILER,
    UNTIL_CLOSE,
    DONE
  }

  private byte[] data = new byte[4096];
  private ByteBuffer room = ByteBuffer.wrap(data);
  private int end;
  private int headEnd;
  private Stage stage = Stage.HEAD;
  // A chunked body is moved together in place: [bodyFrom, bodyTo) is decoded, from `raw` on it is
  // not.
  private int bodyTo;
  private int raw;
  private int chunkLeft;
  private boolean closed;
  private boolean keepAlive;
  private boolean eventStream;
  private final HttpHead head = new HttpHead();

  /** Space to read into; always at least 2 KiB. Read at its position. */
  public ByteBuffer room() {
    if (data.length - end < 2048) {
      if (data.length >= HEAD_BYTES_MAX + BODY_BYTES_MAX) {
        throw new MalformedException("a message larger than " + BODY_BYTES_MAX + " bytes");
      }
      data = Arrays.copyOf(data, data.length * 2);
      room = ByteBuffer.wrap(data);
    }
    return room.limit(data.length).position(end);
  }

  /** Tells how many bytes were read into {@link #room()}; a negative count is the end of stream. */
  public void received(int count) {
    if (count < 0) {
      closed = true;
    } else {
      end += count;
    }
  }

  /** Reads once from a stream, blocking; returns what {@code InputStream.read} returned. */
  public int readFrom(InputStream in) throws IOException {
    var space = room();
    var count = in.read(data, space.position(), space.remaining());
    received(count);
    return count;
  }

  /** Whether no byte of a next message has arrived. */
  public boolean idle() {
    return stage == Stage.HEAD && end == 0;
  }

  /** Decodes what has arrived; true when one whole message stands ready. */
  public boolean complete() {
    while (true) {
      var before = stage;
      var rawBefore = raw;
      step();
      if (stage == Stage.DONE) {
        return true;
      }
      if (stage == before && raw == rawBefore) {
        if (closed && end > 0) {
          throw new MalformedException("the connection was closed inside a message");
        }
        return false;
      }
    }
  }

  private void step() {
    switch (stage) {
      case HEAD -> readHead();
      case FIXED -> {
        bodyTo = Math.min(end, headEnd + head.contentLength());
        if (bodyTo == headEnd + head.contentLength()) {
          raw = bodyTo;
          stage = Stage.DONE;
        }
      }
      case CHUNK_SIZE -> readChunkSize();
      case CHUNK_DATA -> readChunkData();
      case TRAILER -> readTrailer();
      case UNTIL_CLOSE -> {
        bodyTo = end;
        if (closed) {
          raw = end;
          stage = Stage.DONE;
        }
      }
      case DONE -> {}
    }
  }

  private void readHead() {
    headEnd = headEnd();
    if (headEnd < 0) {
      if (end > HEAD_BYTES_MAX) {
        throw new MalformedException("a head larger than " + HEAD_BYTES_MAX + " bytes");
      }
      return;
    }
    head.parse(data, headEnd);
    keepAlive = head.keepAlive();
    eventStream = head.eventStream();
    bodyTo = headEnd;
    raw = headEnd;
    if (head.chunked()) {
      stage = Stage.CHUNK_SIZE;
    } else if (head.contentLength() >= 0) {
      if (head.contentLength() > BODY_BYTES_MAX) {
        throw new MalformedException("a body of " + head.contentLength() + " bytes");
      }
      stage = Stage.FIXED;
    } else if (head.bodyless()) {
      stage = Stage.DONE;
    } else {
      stage = Stage.UNTIL_CLOSE;
    }
  }

  private int headEnd() {
    for (var at = 3; at < end; at++) {
      if (data[at] == '\n'
          && data[at - 1] == '\r'
          && data[at - 2] == '\n'
          && data[at - 3] == '\r') {
        return at + 1;
      }
    }
    return -1;
  }

  private void readChunkSize() {
    var lineEnd = lineEnd(raw);
    if (lineEnd < 0) {
      return;
    }
    var size = 0;
    var digits = 0;
    for (var at = raw; at < lineEnd; at++) {
      var digit = Character.digit(data[at], 16);
      if (digit < 0) {
        break;
      }
      size = size * 16 + digit;
      if (++digits > 7) {
        throw new MalformedException("a chunk size of more than seven digits");
      }
    }
    if (digits == 0) {
      throw new MalformedException("expected a chunk size");
    }
    raw = lineEnd + 2;
    chunkLeft = size;
    stage = size == 0 ? Stage.TRAILER : Stage.CHUNK_DATA;
  }

  private void readChunkData() {
    var count = Math.min(chunkLeft, end - raw);
    System.arraycopy(data, raw, data, bodyTo, count);
    bodyTo += count;
    raw += count;
    chunkLeft -= count;
    if (chunkLeft == 0 && end - raw >= 2) {
      if (data[raw] != '\r' || data[raw + 1] != '\n') {
        throw new MalformedException("a chunk is longer than its size says");
      }
      raw += 2;
      stage = Stage.CHUNK_SIZE;
    }
  }

  private void readTrailer() {
    var lineEnd = lineEnd(raw);
    if (lineEnd >= 0) {
      stage = lineEnd == raw ? Stage.DONE : Stage.TRAILER;
      raw = lineEnd + 2;
    }
  }

  private int lineEnd(int from) {
    for (var at = from + 1; at < end; at++) {
      if (data[at] == '\n' && data[at - 1] == '\r') {
        return at - 1;
      }
    }
    return -1;
  }

  /** Drops the complete message; bytes of a following one stay. */
  public void next() {
    System.arraycopy(data, raw, data, 0, end - raw);
    end -= raw;
    raw = 0;
    bodyTo = 0;
    headEnd = 0;
    stage = Stage.HEAD;
  }

  /** Whether the head has been read, so that everything below can be asked. */
  public boolean headRead() {
    return stage != Stage.HEAD;
  }

  /** The status of a reply. */
  public int status() {
    return head.status();
  }

  /** Whether the request line starts with this, for example {@code "POST /mcp "}. */
  public boolean startsWith(String start) {
    return head.startLineStartsWith(data, start);
  }

  /** The request line or status line. */
  public String startLine() {
    return head.startLine(data);
  }

  /** Whether the connection may carry another message after this one. */
  public boolean keepAlive() {
    return keepAlive;
  }

  /** Whether the content type is {@code text/event-stream}. */
  public boolean eventStream() {
    return eventStream;
  }

  /** The value of a header by its lower-case name; looked up on demand. */
  public Optional<String> header(String lowerCaseName) {
    return new String(data, 0, headEnd, StandardCharsets.ISO_8859_1)
        .lines()
        .skip(1)
        .filter(line -> line.indexOf(':') > 0)
        .filter(line -> line.substring(0, line.indexOf(':')).equalsIgnoreCase(lowerCaseName))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  /** The array the body stands in, valid until the next read. */
  public byte[] bytes() {
    return data;
  }

  /** Where the body starts, inclusive. */
  public int bodyFrom() {
    return headEnd;
  }

  /** Where the decoded part of the body ends, exclusive. */
  public int bodyTo() {
    return bodyTo;
  }

  /** The decoded body as text, for messages to people. */
  public String bodyText() {
    return new String(data, headEnd, bodyTo - headEnd, StandardCharsets.UTF_8);
  }
}
