package io.portolan.bench.load;

import io.portolan.bench.wire.HttpReader;
import io.portolan.bench.wire.JsonSlice;
import io.portolan.bench.wire.MalformedException;
import io.portolan.bench.wire.SseCursor;
import java.util.ArrayList;
import java.util.List;

/** Reads JSON-RPC answers out of HTTP replies, and says what is wrong when there is none. */
final class Replies {
  private Replies() {}

  /** The result that answers the request with this id, from a JSON or an SSE reply. */
  static JsonSlice result(HttpReader reply, long id) throws BadReplyException {
    if (reply.status() != 200) {
      throw new BadReplyException("expected status 200, got " + shown(reply));
    }
    var answers = messages(reply).stream().filter(m -> m.member("method").isEmpty()).toList();
    if (answers.size() != 1) {
      throw new BadReplyException(
          "expected one answer to " + id + ", got " + answers.size() + ": " + shown(reply));
    }
    var answer = answers.getFirst();
    if (!answer.member("id").map(JsonSlice::raw).orElse("").equals(Long.toString(id))) {
      throw new BadReplyException("expected the answer to id " + id + ", got " + shown(reply));
    }
    return answer
        .member("result")
        .orElseThrow(() -> new BadReplyException("expected a result, got " + shown(reply)));
  }

  /** Every message of a JSON or an SSE reply. */
  static List<JsonSlice> messages(HttpReader reply) throws BadReplyException {
    try {
      if (!reply.eventStream()) {
        return List.of(JsonSlice.of(reply.bytes(), reply.bodyFrom(), reply.bodyTo()));
      }
      var messages = new ArrayList<JsonSlice>();
      var cursor = new SseCursor();
      for (var data = cursor.next(reply.bytes(), reply.bodyFrom(), reply.bodyTo());
          data.isPresent();
          data = cursor.next(reply.bytes(), reply.bodyFrom(), reply.bodyTo())) {
        messages.add(JsonSlice.of(data.get()));
      }
      if (reply.bodyFrom() + cursor.offset() != reply.bodyTo()) {
        throw new BadReplyException("the stream ends inside an event: " + shown(reply));
      }
      return messages;
    } catch (MalformedException e) {
      throw new BadReplyException(e.getMessage() + ": " + shown(reply));
    }
  }

  /** The reply as far as a person wants to read it. */
  static String shown(HttpReader reply) {
    var body = reply.bodyText();
    return reply.startLine()
        + " | "
        + (body.length() > 300 ? body.substring(0, 300) + "..." : body);
  }
}
