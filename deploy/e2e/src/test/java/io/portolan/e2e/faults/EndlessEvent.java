package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;
import java.nio.charset.StandardCharsets;

/** Streams one event of a gibibyte that never ends. */
public final class EndlessEvent implements CallFault {
  private static final int PART_BYTES = 1 << 20;
  private static final int PARTS = 1 << 10;

  @Override
  public Answer to(Received call) {
    return new Answer.Wire(
        out -> {
          out.put(Heads.EVENTS + "data: ");
          var part = "x".repeat(PART_BYTES).getBytes(StandardCharsets.US_ASCII);
          for (int i = 0; i < PARTS; i++) {
            out.put(part);
          }
        });
  }
}
