package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** Answers with arrays a hundred thousand deep. */
public final class DeepAnswer implements CallFault {
  private static final int DEPTH = 100_000;

  @Override
  public Answer to(Received call) {
    return Answer.result(call, "{\"content\":" + "[".repeat(DEPTH) + "]".repeat(DEPTH) + "}");
  }
}
