package io.portolan.gateway.upstream.http;

import io.portolan.gateway.protocol.Slice;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/*
 * A channel rather than a Socket, for one reason: before an idle connection is used again, a
 * non-blocking read tells in one system call whether the server closed it. On a virtual thread the
 * channel is non-blocking underneath anyway, so switching modes costs no system call.
 *
 * A small request is gathered into one buffer and leaves in one write. A small answer is read in
 * one read, and a body is copied once, from the buffer to where it stays.
 */

/**
 * One connection with its buffers. Used by one exchange at a time; {@link #abort} may come from any
 * thread and makes whatever the exchange is blocked in fail.
 */
final class HttpConnection {
  private static final int GATHER_MAX = 32 << 10;
  private static final int PIECE_BYTES = 64 << 10;
  private static final int IN_BYTES = 16 << 10;
  private static final int TLS_TAIL_WAIT_MILLIS = 50;

  /** Who may use the connection: the one that takes it from IDLE, until it gives it back. */
  private static final int BUSY = 0;

  private static final int IDLE = 1;
  private static final int CLOSED = 2;

  private final SocketChannel channel;
  private final @Nullable SSLSocket tls;
  private final AtomicInteger use = new AtomicInteger(BUSY);
  private final ResponseHead head = new ResponseHead();
  private final BodyStream body;
  private byte[] out = new byte[2 << 10];
  private ByteBuffer outView = ByteBuffer.wrap(out);
  private byte[] in = new byte[IN_BYTES];
  private ByteBuffer inView = ByteBuffer.wrap(in);
  private int start; // first received byte not yet consumed
  private int end; // after the last received byte
  private volatile long idleUntil;
  private volatile @Nullable Exchange exchange;

  HttpConnection(SocketChannel channel, @Nullable SSLSocket tls, LongAnswers longAnswers) {
    this.channel = channel;
    this.tls = tls;
    this.body = new BodyStream(this, longAnswers);
  }

  ResponseHead head() {
    return head;
  }

  BodyStream body() {
    return body;
  }

  /** The exchange under way; null between exchanges. */
  @Nullable Exchange exchange() {
    return exchange;
  }

  void exchange(@Nullable Exchange next) {
    exchange = next;
  }

  // ---- writing

  /** Writes head and body. When it fails, the request has not been sent as a whole. */
  void write(HttpRequest request) throws IOException {
    head.wants(request.wants());
    var payload = request.body();
    var bodyLength = payload == null ? 0 : payload.length();
    var room = request.headBytesMax() + (bodyLength <= GATHER_MAX ? bodyLength : 0);
    if (out.length < room) {
      out = new byte[Integer.highestOneBit(room - 1) << 1];
      outView = ByteBuffer.wrap(out);
    }
    var length = request.writeHead(out);
    if (payload == null) {
      writeOut(length);
    } else if (bodyLength <= GATHER_MAX) {
      writeOut(payload.copyTo(out, length));
    } else {
      writeOut(length);
      for (var part : payload.parts()) {
        writePart(part);
      }
    }
  }

  private void writeOut(int length) throws IOException {
    if (tls != null) {
      tls.getOutputStream().write(out, 0, length);
      return;
    }
    outView.position(0).limit(length);
    while (outView.hasRemaining()) {
      channel.write(outView);
    }
  }

  /** In pieces, because the channel copies what it is given to a buffer of the same size first. */
  private void writePart(Slice part) throws IOException {
    if (tls != null) {
      part.writeTo(tls.getOutputStream());
      return;
    }
    var view = ByteBuffer.wrap(part.array());
    for (int at = part.from(); at < part.to(); ) {
      view.limit(Math.min(part.to(), at + PIECE_BYTES)).position(at);
      at += channel.write(view);
    }
  }

  // ---- reading

  byte[] buffer() {
    return in;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  int buffered() {
    return end - start;
  }

  void consume(int count) {
    start += count;
  }

  /** Blocks for more bytes behind {@link #end}, making room first; false at the end of stream. */
  boolean fill() throws IOException {
    makeRoom();
    var read = readSome(in, inView, end, in.length - end);
    if (read > 0) {
      end += read;
    }
    return read > 0;
  }

  /**
   * Reads past the buffer, which must be empty, straight to where the bytes stay; -1 at the end of
   * stream.
   */
  int readInto(byte[] target, int at, int length) throws IOException {
    return readSome(target, ByteBuffer.wrap(target), at, Math.min(length, PIECE_BYTES));
  }

  private int readSome(byte[] target, ByteBuffer view, int at, int length) throws IOException {
    if (tls != null) {
      return tls.getInputStream().read(target, at, length);
    }
    view.limit(at + length).position(at);
    return channel.read(view);
  }

  private void makeRoom() {
    if (start == end) {
      start = 0;
      end = 0;
    } else if (end == in.length) {
      if (start > 0) {
        System.arraycopy(in, start, in, 0, end - start);
        end -= start;
        start = 0;
      } else {
        in = Arrays.copyOf(in, in.length * 2);
        inView = ByteBuffer.wrap(in);
      }
    }
  }

  // ---- between exchanges

  /**
   * Reads what is left of an answer whose end nobody waited for.
   *
   * @return whether the answer has ended, so that the next one may follow
   */
  boolean drainTail() {
    if (body.atEnd()) {
      return start == end;
    }
    try {
      return tls != null ? drainTlsTail(tls) : drainPlainTail();
    } catch (IOException _) {
      return false;
    }
  }

  private boolean drainPlainTail() throws IOException {
    channel.configureBlocking(false);
    try {
      while (!body.skipBuffered()) {
        makeRoom();
        inView.limit(in.length).position(end);
        var read = channel.read(inView);
        if (read <= 0) {
          return false;
        }
        end += read;
      }
      return start == end;
    } finally {
      channel.configureBlocking(true);
    }
  }

  private boolean drainTlsTail(SSLSocket socket) throws IOException {
    socket.setSoTimeout(TLS_TAIL_WAIT_MILLIS);
    try {
      while (!body.skipBuffered()) {
        if (!fill()) {
          return false;
        }
      }
      return start == end;
    } catch (SocketTimeoutException _) {
      return false;
    } finally {
      socket.setSoTimeout(0);
    }
  }

  /** Whether the tail of an answer must be read now: there is no way to look for it later. */
  boolean mustDrainNow() {
    return tls != null;
  }

  /**
   * Whether the server left an idle connection open: nothing can be read from it. A byte that can
   * be read belongs to no exchange (a late answer, the end of a TLS session), so it is as bad.
   */
  boolean isAlive() {
    try {
      if (!drainTail()) {
        return false;
      }
      start = 0;
      end = 0;
      channel.configureBlocking(false);
      try {
        inView.limit(1).position(0);
        return channel.read(inView) == 0;
      } finally {
        channel.configureBlocking(true);
      }
    } catch (IOException _) {
      return false;
    }
  }

  /** Lets others take the connection until an instant of {@link System#nanoTime}. */
  void offer(long until) {
    idleUntil = until;
    use.set(IDLE);
  }

  /** Takes an idle connection. */
  boolean take() {
    return use.compareAndSet(IDLE, BUSY);
  }

  /** Closes the connection if it is idle and its time is over. */
  boolean evict(long now) {
    if (use.get() == IDLE && idleUntil - now < 0 && use.compareAndSet(IDLE, CLOSED)) {
      abort();
      return true;
    }
    return false;
  }

  /** Closes the connection, from any thread. Says nothing on the wire: what was due is lost. */
  void abort() {
    use.set(CLOSED);
    try {
      channel.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }

  /** What a read that found the end of the stream too early is. */
  static EOFException endedEarly(String where) {
    return new EOFException("connection closed " + where);
  }
}
