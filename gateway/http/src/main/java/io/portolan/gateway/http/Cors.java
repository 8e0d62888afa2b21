package io.portolan.gateway.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.portolan.gateway.core.edge.Reply;
import java.util.List;

/** What pages of an allowed origin are told (CORS). The origin has passed its guard. Stateless. */
final class Cors {
  private static final Reply.Header METHODS =
      new Reply.Header("Access-Control-Allow-Methods", "POST, GET, DELETE, OPTIONS");
  private static final Reply.Header MAX_AGE = new Reply.Header("Access-Control-Max-Age", "7200");
  private static final String USUAL_HEADERS =
      "Accept, Authorization, Content-Type, Last-Event-ID, MCP-Protocol-Version, Mcp-Method,"
          + " Mcp-Name, Mcp-Session-Id, traceparent, tracestate, baggage";
  private static final int ASKED_CHARS_MAX = 1024;

  private static final Reply.Header EXPOSED =
      new Reply.Header(
          "Access-Control-Expose-Headers",
          "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate");
  private static final Reply.Header VARY = new Reply.Header("Vary", "Origin");

  private Cors() {}

  /** The headers of each reply; none where no page asks. */
  static List<Reply.Header> headers(Headers request) {
    return request.contains(HeaderNames.ORIGIN)
        ? List.of(
            new Reply.Header("Access-Control-Allow-Origin", request.get(HeaderNames.ORIGIN).get()),
            VARY,
            EXPOSED)
        : List.of();
  }

  /**
   * What a preflight is told besides. The headers that it asks for are allowed as they are: which
   * {@code Mcp-Param-} headers there are depends on the tools.
   */
  static List<Reply.Header> preflight(Headers request) {
    var asked =
        request.contains(HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS)
            ? request.get(HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS).get()
            : "";
    var allowed = asked.isBlank() || !isHeaderList(asked) ? USUAL_HEADERS : asked;
    return List.of(METHODS, new Reply.Header("Access-Control-Allow-Headers", allowed), MAX_AGE);
  }

  private static boolean isHeaderList(String text) {
    return text.length() <= ASKED_CHARS_MAX
        && text.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '_'
                        || c == ','
                        || c == ' ');
  }
}
