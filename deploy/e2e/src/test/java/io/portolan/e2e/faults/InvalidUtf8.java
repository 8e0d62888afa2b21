package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;
import java.nio.charset.StandardCharsets;

/** Answers with a text that is not UTF-8. */
public final class InvalidUtf8 implements CallFault {
  @Override
  public Answer to(Received call) {
    var body = Answer.response(call, "{\"content\":[{\"type\":\"text\",\"text\":\"\u00c3(\"}]}");
    return new Answer.Json(200, body.getBytes(StandardCharsets.ISO_8859_1));
  }
}
