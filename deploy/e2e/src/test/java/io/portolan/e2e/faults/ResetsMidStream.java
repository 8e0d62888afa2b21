package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** Starts a stream, sends a notification and half of the answer, and resets the connection. */
public final class ResetsMidStream implements CallFault {
  @Override
  public Answer to(Received call) {
    return new Answer.Wire(
        out -> {
          out.put(Heads.EVENTS);
          out.put(
              "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
                  + "{\"level\":\"info\",\"data\":1}}\n\ndata: {\"jsonrpc\":\"2.0\",\"id\":"
                  + call.id());
          out.reset();
        });
  }
}
