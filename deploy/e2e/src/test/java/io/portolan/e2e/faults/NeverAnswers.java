package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** Takes the call and says nothing until the peer leaves. */
public final class NeverAnswers implements CallFault {
  @Override
  public Answer to(Received call) {
    return new Answer.Wire(out -> out.awaitClosedByPeer());
  }
}
