package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.EventSink;
import io.portolan.gateway.protocol.Payload;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An open event stream. Each write is one chunk and one socket write; the first takes the head
 * along. Where no first write comes soon, the connection's watch sends the head alone.
 */
final class SseSink implements EventSink {
  private static final byte[] LAST_CHUNK = ResponseBytes.ascii("0\r\n\r\n");

  private final HttpReply reply;

  // Guarded by writes, which keeps head and chunks in order: it is held while the socket is written
  // to, as it stands for the socket's one direction.
  private final ReentrantLock writes = new ReentrantLock();
  private @Nullable ResponseBytes head;
  private boolean closed;

  SseSink(HttpReply reply, ResponseBytes head) {
    this.reply = reply;
    this.head = head;
  }

  @Override
  public boolean write(Payload frame) {
    writes.lock();
    try {
      if (closed) {
        return false;
      }
      if (frame.length() == 0) {
        // A chunk of no bytes would end the stream.
        return true;
      }
      reply.countBody(frame.length());
      return reply.write(start(frame.length()).chunk(frame));
    } finally {
      writes.unlock();
    }
  }

  /** Sends the head on its own, unless it is out. */
  void sendHead() {
    writes.lock();
    try {
      if (head != null && !closed) {
        var _ = reply.write(start(0));
      }
    } finally {
      writes.unlock();
    }
  }

  @Override
  public void close() {
    writes.lock();
    try {
      if (!closed) {
        closed = true;
        var _ = reply.write(start(0).lines(LAST_CHUNK));
      }
    } finally {
      writes.unlock();
    }
  }

  private ResponseBytes start(int length) {
    var pending = head;
    head = null;
    return pending == null ? ResponseBytes.chunks(length) : pending;
  }
}
