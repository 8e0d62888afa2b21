package io.portolan.gateway.upstream.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The part of a request's head that all requests of a link have in common, as bytes. Made once;
 * sending a request copies it. Immutable.
 */
final class HeadTemplate {
  private static final Set<String> OURS =
      Set.of(
          "host",
          "accept",
          "content-type",
          "content-length",
          "transfer-encoding",
          "connection",
          "traceparent",
          "mcp-session-id",
          "mcp-protocol-version",
          "mcp-method",
          "mcp-name",
          "last-event-id");

  private final HttpTarget target;
  private final List<String> lines;
  private final byte[] post;

  private HeadTemplate(HttpTarget target, List<String> lines) {
    this.target = target;
    this.lines = List.copyOf(lines);
    this.post =
        head(
            "POST",
            "Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n");
  }

  /**
   * With the headers an operator configured. Those that the transport itself sets are left out.
   *
   * @throws IllegalArgumentException when a name is no token or a value has a line break
   */
  static HeadTemplate of(HttpTarget target, Map<String, String> configured) {
    var lines = new ArrayList<String>();
    var agent = false;
    for (var header : configured.entrySet()) {
      var name = header.getKey().toLowerCase(Locale.ROOT);
      if (!HeaderText.isToken(header.getKey()) || !HeaderText.isSafeValue(header.getValue())) {
        throw new IllegalArgumentException(
            "header '" + header.getKey() + "' cannot be sent: bad name, or a line break in it");
      }
      agent |= name.equals("user-agent");
      if (!OURS.contains(name)) {
        lines.add(header.getKey() + ": " + header.getValue());
      }
    }
    if (!agent) {
      lines.add("User-Agent: portolan");
    }
    return new HeadTemplate(target, lines);
  }

  /** The same with one more header. */
  HeadTemplate with(String name, String value) {
    var more = new ArrayList<>(lines);
    more.add(name + ": " + value);
    return new HeadTemplate(target, more);
  }

  /** The same for another URL. */
  HeadTemplate at(HttpTarget other) {
    return new HeadTemplate(other, lines);
  }

  HttpTarget target() {
    return target;
  }

  /** The start of a POST's head, to be followed by more lines. Not to be written to. */
  byte[] post() {
    return post;
  }

  /** The start of the head of a GET for a stream of events. */
  byte[] get() {
    return head("GET", "Accept: text/event-stream\r\nCache-Control: no-store\r\n");
  }

  /** The start of the head of a DELETE. */
  byte[] delete() {
    return head("DELETE", "");
  }

  private byte[] head(String method, String more) {
    var text =
        new StringBuilder(method)
            .append(' ')
            .append(target.path())
            .append(" HTTP/1.1\r\nHost: ")
            .append(target.authority())
            .append("\r\n")
            .append(more);
    for (var line : lines) {
      text.append(line).append("\r\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
