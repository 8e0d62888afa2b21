package io.portolan.bench.upstream;

import java.time.Duration;

/**
 * One {@code progress} call under way: twenty notifications, evenly spaced, then the result.
 *
 * <p>Each event is a chunk of its own, so that a proxy that holds events back shows.
 */
final class ProgressStream {
  static final int EVENTS = 20;
  static final Duration SPACING = Duration.ofMillis(5);

  private static final String HEAD =
      String.join(
          "\r\n",
          "HTTP/1.1 200 OK",
          "Content-Type: text/event-stream",
          "Cache-Control: no-cache",
          "X-Accel-Buffering: no",
          "Transfer-Encoding: chunked",
          "",
          "");

  private final String id;
  private final String token;
  private final String result;
  private int sent;

  /**
   * @param id the request's id as it stood in the request
   * @param token its progress token as it stood in the request
   * @param result the JSON of the result
   */
  ProgressStream(String id, String token, String result) {
    this.id = id;
    this.token = token;
    this.result = result;
  }

  /** Puts the head and the first event. */
  void start(Output out) {
    out.put(HEAD);
    var _ = step(out);
  }

  /** Puts the next event; false when that was the result. */
  boolean step(Output out) {
    if (sent == EVENTS) {
      chunk(out, "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
      out.put("0\r\n\r\n");
      return false;
    }
    sent++;
    chunk(
        out,
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
            + token
            + ",\"progress\":"
            + sent
            + ",\"total\":"
            + EVENTS
            + "}}");
    return true;
  }

  private static void chunk(Output out, String json) {
    var event = "event: message\ndata: " + json + "\n\n";
    out.put(Integer.toHexString(event.length())).put("\r\n").put(event).put("\r\n");
  }
}
