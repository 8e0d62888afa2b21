package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** Resets the connection as soon as it has read the call. */
public final class ResetsUnanswered implements CallFault {
  @Override
  public Answer to(Received call) {
    return new Answer.Wire(Answer.Wires::reset);
  }
}
