package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.EventSink;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.session.SessionStream;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.SseFrame;
import java.time.Duration;
import java.util.List;

/** Writes a session's stream to the connection of a GET until either ends. */
final class StreamWriter {
  private final Reply reply;
  private final SessionStream stream;
  private final Duration keepAlive;

  StreamWriter(Reply reply, SessionStream stream, Duration keepAlive) {
    this.reply = reply;
    this.stream = stream;
    this.keepAlive = keepAlive;
  }

  /** How writing ended. */
  enum Ending {
    /** The stream has ended and the client was sent all of it. */
    READ_TO_END,
    /** The client came back on another connection, which takes the stream on. */
    TAKEN_OVER,
    /** The client is gone, and may come back. */
    CLIENT_GONE
  }

  /** Writes as the stream's consumer {@code token}, from after event {@code after} on. */
  Ending write(long token, long after, ProtocolVersion version) throws InterruptedException {
    var sink = reply.stream(List.of());
    try {
      var opening =
          version.compareTo(ProtocolVersion.V2025_11_25) >= 0
              ? SseFrame.priming(stream.eventId(after))
              : SseFrame.keepAlive();
      return sink.write(opening) ? follow(sink, token, after) : Ending.CLIENT_GONE;
    } finally {
      sink.close();
    }
  }

  private Ending follow(EventSink sink, long token, long after) throws InterruptedException {
    var last = after;
    while (true) {
      var batch = stream.await(token, last, keepAlive);
      last = batch.last();
      if (batch.over() && batch.frames().isEmpty()) {
        return stream.isConsumer(token) ? Ending.READ_TO_END : Ending.TAKEN_OVER;
      }
      var frames = batch.frames().isEmpty() ? SseFrame.keepAlive() : Payload.concat(batch.frames());
      if (!sink.write(frames)) {
        return Ending.CLIENT_GONE;
      }
    }
  }
}
