package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** Answers a call that nobody made. */
public final class WrongId implements CallFault {
  @Override
  public Answer to(Received call) {
    return Answer.json(
        "{\"jsonrpc\":\"2.0\",\"id\":99999999,\"result\":{\"content\":[],"
            + "\"resultType\":\"complete\"}}");
  }
}
