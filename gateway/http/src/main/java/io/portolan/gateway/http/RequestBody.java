package io.portolan.gateway.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.portolan.gateway.core.edge.MemoryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Reads a request's body into one array. Memory grows with what has arrived, not with what was
 * announced.
 */
final class RequestBody {
  private static final int TRUSTED_BYTES = 64 << 10;
  private static final byte[] NOTHING = {};

  private RequestBody() {}

  /**
   * The whole body.
   *
   * @throws TooLarge when a body without a length turned out to be too large
   * @throws NoMemory when there is none left for it
   * @throws Malformed when its chunks are
   * @throws CloseConnectionException when the client has gone
   */
  static byte[] read(ServerRequest request) throws TooLarge, NoMemory, Malformed {
    var content = request.content();
    if (!content.hasEntity()) {
      return NOTHING;
    }
    var announced = request.headers().contentLength();
    try {
      // Not closed: closing reads on, and what follows a malformed chunk may never come.
      var in = content.inputStream();
      return announced.isPresent() ? exactly((int) announced.getAsLong(), in) : toEnd(in);
    } catch (DataReader.InsufficientDataAvailableException e) {
      throw new CloseConnectionException("the body ended early", e);
    } catch (HttpException e) {
      throw tooLargeOrMalformed(e.status());
    } catch (RequestException e) {
      throw tooLargeOrMalformed(e.status());
    } catch (DataReader.IncorrectNewLineException | IllegalArgumentException _) {
      throw new Malformed();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the body, if there is one, is announced and costs next to nothing to read. */
  static boolean isSmall(ServerRequest request) {
    var headers = request.headers();
    return !headers.contains(HeaderNames.TRANSFER_ENCODING)
        && !headers.contains(HeaderNames.EXPECT)
        && headers.contentLength().orElse(0) <= TRUSTED_BYTES;
  }

  /** Reads a small body and forgets it. */
  static void discard(ServerRequest request) {
    var _ = small(request);
  }

  /** A small body. */
  static byte[] small(ServerRequest request) {
    try {
      return read(request);
    } catch (TooLarge | NoMemory | Malformed e) {
      throw new CloseConnectionException("the body cannot be read", e);
    }
  }

  private static byte[] exactly(int length, InputStream in) throws IOException, NoMemory {
    reserve(length);
    var bytes = new byte[Math.min(length, TRUSTED_BYTES)];
    for (int size = 0; size < length; ) {
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * size));
      }
      var read = in.read(bytes, size, bytes.length - size);
      if (read < 0) {
        throw new CloseConnectionException("the body ended early");
      }
      size += read;
    }
    // Reading the end tells Helidon that the body is complete.
    if (in.read() >= 0) {
      throw new IllegalStateException("more than the announced length was read");
    }
    return bytes;
  }

  private static byte[] toEnd(InputStream in) throws IOException, NoMemory {
    var bytes = new byte[4096];
    reserve(bytes.length);
    var size = 0;
    while (true) {
      var read = in.read(bytes, size, bytes.length - size);
      if (read < 0) {
        return Arrays.copyOf(bytes, size);
      }
      size += read;
      if (size == bytes.length) {
        reserve(size);
        bytes = Arrays.copyOf(bytes, 2 * size);
      }
    }
  }

  /** A body is held as it was read, as Helidon read it, and as it is sent on. */
  private static void reserve(long bytes) throws NoMemory {
    if (!MemoryBudget.take(3 * bytes)) {
      throw new NoMemory();
    }
  }

  private static RuntimeException tooLargeOrMalformed(Status status) throws TooLarge, Malformed {
    if (status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()) {
      throw new TooLarge();
    }
    throw new Malformed();
  }

  /** The body is larger than the limit. */
  static final class TooLarge extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** Other messages under way leave no memory for the body. */
  static final class NoMemory extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** The body's framing cannot be read. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;
  }
}
