package io.portolan.gateway.core.edge;

import io.portolan.gateway.protocol.Payload;

/** An open stream of server-sent events. Used by one thread at a time. */
public interface EventSink {
  /**
   * Writes framed events and flushes them. Blocks as long as the client reads slowly, at most the
   * edge's write time-out.
   *
   * @return false once the client is gone; nothing can be written any more then
   */
  boolean write(Payload frame);

  /** Ends the stream in order. Idempotent. */
  void close();
}
