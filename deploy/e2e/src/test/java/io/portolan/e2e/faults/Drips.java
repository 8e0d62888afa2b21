package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** Sends a whole answer at one byte a second, until the peer has had enough. */
public final class Drips implements CallFault {
  private static final long PAUSE_MILLIS = 1_000;

  @Override
  public Answer to(Received call) {
    var body = Answer.response(call, "{\"content\":[],\"resultType\":\"complete\"}");
    return new Answer.Wire(
        out -> {
          out.put(Heads.json(body.length()));
          for (int i = 0; i < body.length(); i++) {
            out.put(body.substring(i, i + 1));
            Thread.sleep(PAUSE_MILLIS);
          }
        });
  }
}
