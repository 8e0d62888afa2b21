package io.portolan.e2e.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The two ways an HTTP/1.1 body ends, read without touching what follows it. */
public final class HttpBodies {
  private HttpBodies() {}

  /** A line without its end; empty when the stream ended before its first byte. */
  public static Optional<String> line(InputStream in) throws IOException {
    var out = new ByteArrayOutputStream(128);
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (out.size() == 0) {
          return Optional.empty();
        }
        throw new EOFException("the connection was closed inside a line");
      }
      out.write(b);
    }
    var text = out.toString(ISO_8859_1);
    return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  public static InputStream sized(InputStream in, long length) {
    return new Sized(in, length, false);
  }

  public static InputStream chunked(InputStream in) {
    return new Sized(in, 0, true);
  }

  /** A body of known length, or of chunks each of known length. */
  private static final class Sized extends InputStream {
    private final InputStream in;
    private final boolean chunks;
    private long left;
    private boolean started;
    private boolean ended;

    Sized(InputStream in, long left, boolean chunks) {
      this.in = in;
      this.left = left;
      this.chunks = chunks;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (!more()) {
        return -1;
      }
      var count = in.read(target, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException(
            "the connection was closed " + left + " bytes before the body's end");
      }
      left -= count;
      return count;
    }

    private boolean more() throws IOException {
      if (left > 0) {
        return true;
      }
      if (!chunks || ended) {
        return false;
      }
      if (started) {
        required();
      }
      started = true;
      left = Long.parseLong(required().split(";", 2)[0].strip(), 16);
      if (left > 0) {
        return true;
      }
      ended = true;
      while (!required().isEmpty()) {}
      return false;
    }

    private String required() throws IOException {
      return line(in)
          .orElseThrow(() -> new EOFException("the connection was closed inside a body"));
    }
  }
}
