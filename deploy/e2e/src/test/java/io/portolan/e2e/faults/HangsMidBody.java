package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** Sends a good head and half of a body, and then nothing until the peer leaves. */
public final class HangsMidBody implements CallFault {
  @Override
  public Answer to(Received call) {
    var body = Answer.response(call, "{\"content\":[],\"resultType\":\"complete\"}");
    return new Answer.Wire(
        out -> {
          out.put(Heads.json(body.length()) + body.substring(0, body.length() / 2));
          out.awaitClosedByPeer();
        });
  }
}
