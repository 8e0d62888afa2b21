package io.portolan.bench.load;

import io.portolan.bench.wire.HttpReader;
import java.nio.ByteBuffer;
import java.util.List;

/** Several callers on one connection, one call of each after the other. */
final class InTurn implements Conversation {
  private final List<RepeatedCall> calls;
  private int turn = -1;

  InTurn(List<RepeatedCall> calls) {
    this.calls = calls;
  }

  @Override
  public ByteBuffer ask() {
    turn = (turn + 1) % calls.size();
    return calls.get(turn).ask();
  }

  @Override
  public Heard hear(HttpReader reply) throws BadReplyException {
    return calls.get(turn).hear(reply);
  }
}
