package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.UpstreamFailure.GrantNeeded;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;

/**
 * Sends a client's user to the URL where the use of a server is allowed. Stateless.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation">MCP
 *     2025-11-25, URL mode elicitation</a>
 */
final class GrantRequests {
  private GrantRequests() {}

  /** The error for a legacy client that takes URLs. */
  static Payload error(Slice id, GrantNeeded needed) {
    var data = new JsonWriter().beginObject().name("elicitations").beginArray().beginObject();
    question(data, needed);
    return Replies.error(
        id,
        ErrorCode.URL_ELICITATION_REQUIRED,
        needed.message(),
        data.endObject().endArray().endObject().toSlice());
  }

  /** The requests of an {@code input_required} for a modern client that takes URLs. */
  static Slice requests(GrantNeeded needed) {
    var json =
        new JsonWriter()
            .beginObject()
            .name("grant")
            .beginObject()
            .member("method", Methods.ELICITATION_CREATE)
            .name("params")
            .beginObject();
    question(json, needed);
    return json.endObject().endObject().endObject().toSlice();
  }

  /** What tells a legacy client that its user has allowed what it was sent to. */
  static Payload complete(String id) {
    var params = new JsonWriter().beginObject().member("elicitationId", id).endObject().toSlice();
    return Payload.of(
        new JsonWriter()
            .beginObject()
            .member("jsonrpc", "2.0")
            .member("method", Methods.ELICITATION_COMPLETE)
            .member("params", params)
            .endObject()
            .toSlice());
  }

  private static void question(JsonWriter json, GrantNeeded needed) {
    json.member("mode", "url")
        .member("elicitationId", needed.id())
        .member("url", needed.url().toString())
        .member("message", needed.message());
  }

  /** Whether the client of a session can send its user to a URL. */
  static boolean takesUrls(LegacySession session) {
    var capabilities = JsonView.of(session.identity().opening().capabilities());
    var elicitation = capabilities.view("elicitation");
    return elicitation != null && elicitation.get("url") != null;
  }
}
