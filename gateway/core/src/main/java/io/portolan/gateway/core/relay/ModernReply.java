package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.EventSink;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.SseFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a request whose answer may be preceded by notifications: a stream from the first of
 * them on, and a whole body with a status of its own when there is none. Used by one thread.
 */
final class ModernReply implements AutoCloseable {
  private final Reply reply;
  private @Nullable EventSink sink;

  ModernReply(Reply reply) {
    this.reply = reply;
  }

  /** Starts the stream, whatever comes. */
  ModernReply open() {
    var _ = sink();
    return this;
  }

  private EventSink sink() {
    var open = sink;
    if (open == null) {
      open = reply.stream(List.of());
      sink = open;
    }
    return open;
  }

  /** Writes a message before the answer; false once the client is gone. */
  boolean write(Payload message) {
    return sink().write(SseFrame.message(null, message));
  }

  /** Writes the answer; the status counts only where there is no stream yet. */
  void end(int status, Payload answer) {
    end(status, List.of(), answer);
  }

  /** The same with headers, which count only where there is no stream yet either. */
  void end(int status, List<Reply.Header> headers, Payload answer) {
    var open = sink;
    if (open == null) {
      reply.whole(status, headers, answer);
    } else {
      var _ = open.write(SseFrame.message(null, answer));
    }
  }

  @Override
  public void close() {
    var open = sink;
    if (open != null) {
      open.close();
    }
  }
}
