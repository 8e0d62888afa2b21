package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** Answers with a message that has two ids. */
public final class DuplicateIds implements CallFault {
  @Override
  public Answer to(Received call) {
    return Answer.json(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + call.id()
            + ",\"id\":\"other\",\"result\":{\"content\":[],\"resultType\":\"complete\"}}");
  }
}
