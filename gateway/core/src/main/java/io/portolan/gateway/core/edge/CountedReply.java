package io.portolan.gateway.core.edge;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.protocol.Payload;
import java.util.List;

/** A reply that counts the bytes of messages that are written to it. Used by one thread. */
final class CountedReply implements Reply {
  private final Reply reply;
  private long bytes;

  CountedReply(Reply reply) {
    this.reply = reply;
  }

  /** How many bytes were written, without heads. */
  long bytes() {
    return bytes;
  }

  @Override
  public void whole(int status, List<Header> headers, Payload json) {
    bytes += json.length();
    reply.whole(status, headers, json);
  }

  @Override
  public void insufficientScope(String scopes, Payload json) {
    bytes += json.length();
    reply.insufficientScope(scopes, json);
  }

  @Override
  public void empty(int status, List<Header> headers) {
    reply.empty(status, headers);
  }

  @Override
  public EventSink stream(List<Header> headers) {
    var sink = reply.stream(headers);
    return new EventSink() {
      @Override
      public boolean write(Payload frame) {
        bytes += frame.length();
        return sink.write(frame);
      }

      @Override
      public void close() {
        sink.close();
      }
    };
  }

  @Override
  public CallRecord stand(Standing standing) throws InterruptedException {
    return reply.stand(standing);
  }

  @Override
  public void cancelOnDisconnect(Cancellation cancellation) {
    reply.cancelOnDisconnect(cancellation);
  }
}
