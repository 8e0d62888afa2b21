package io.portolan.bench.load;

import io.portolan.bench.wire.HttpReader;
import io.portolan.bench.wire.JsonSlice;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Opens a session, makes one call in it and deletes it; that is one unit of work. */
final class SessionChurn implements Conversation {
  private final URI endpoint;
  private final String tool;
  private final Ids ids;
  private Step step = Step.INITIALIZE;
  private String sessionId = "";
  private long id;

  private enum Step {
    INITIALIZE,
    INITIALIZED,
    CALL,
    DELETE
  }

  SessionChurn(URI endpoint, String tool, Ids ids) {
    this.endpoint = endpoint;
    this.tool = tool;
    this.ids = ids;
  }

  @Override
  public ByteBuffer ask() {
    id = ids.next();
    var within = McpRequest.within(endpoint, sessionId);
    var request =
        switch (step) {
          case INITIALIZE -> McpRequest.opening(endpoint).post(McpBodies.initialize());
          case INITIALIZED -> within.post(McpBodies.INITIALIZED);
          case CALL -> within.post(McpBodies.call(tool, "call " + DigitTemplate.PLACE));
          case DELETE -> within.delete();
        };
    var numbered = request.replace(DigitTemplate.PLACE, Long.toString(id));
    return ByteBuffer.wrap(numbered.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Heard hear(HttpReader reply) throws BadReplyException {
    switch (step) {
      case INITIALIZE -> {
        var _ = Replies.result(reply, id);
        sessionId = reply.header("mcp-session-id").orElse("");
        step = Step.INITIALIZED;
      }
      case INITIALIZED -> {
        if (reply.status() != 202) {
          throw new BadReplyException("expected 202 for a notification: " + Replies.shown(reply));
        }
        step = Step.CALL;
      }
      case CALL -> {
        var text = Replies.result(reply, id).at("content", "0", "text").map(JsonSlice::text);
        if (!text.orElse("").equals("call " + id)) {
          throw new BadReplyException("not the answer to " + id + ": " + Replies.shown(reply));
        }
        step = Step.DELETE;
      }
      case DELETE -> {
        if (reply.status() / 100 != 2) {
          throw new BadReplyException("expected DELETE to succeed: " + Replies.shown(reply));
        }
        step = Step.INITIALIZE;
        return Heard.UNIT_DONE;
      }
    }
    return Heard.UNIT_GOES_ON;
  }
}
