package io.portolan.gateway.upstream.http;

import io.portolan.gateway.protocol.Payload;
import io.portolan.tenancy.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One request as it is written: the start of a head, further lines of it, and the body. */
final class HttpRequest {
  private static final byte[] NONE = {};
  private static final byte[] TRACEPARENT = ascii("traceparent: ");
  private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
  private static final byte[] LINE_END = ascii("\r\n");

  /** Room that {@link #writeHead} needs beyond {@code start} and {@code lines}. */
  private static final int MORE = 128;

  private final byte[] start;
  private final byte[] lines;
  private final @Nullable TraceContext trace;
  private final @Nullable Payload body;
  private final Wants wants;

  /** What of the answer's head is wanted. */
  enum Wants {
    /** What MCP needs. */
    MESSAGE,
    /** All headers. */
    HEADERS,
    /** All headers; no body follows them, whatever they say (HEAD). */
    HEADERS_ONLY
  }

  private HttpRequest(
      byte[] start,
      byte[] lines,
      @Nullable TraceContext trace,
      @Nullable Payload body,
      Wants wants) {
    this.start = start;
    this.lines = lines;
    this.trace = trace;
    this.body = body;
    this.wants = wants;
  }

  /** A request that is no message of MCP; {@code start} ends with a line end. */
  static HttpRequest plain(
      byte[] start, @Nullable TraceContext trace, @Nullable Payload body, Wants wants) {
    return new HttpRequest(start, NONE, trace, body, wants);
  }

  /** A POST; {@code trace} is sent as {@code traceparent}. */
  static HttpRequest post(HeadTemplate template, @Nullable TraceContext trace, Payload body) {
    return new HttpRequest(template.post(), NONE, trace, body, Wants.MESSAGE);
  }

  static HttpRequest get(HeadTemplate template, @Nullable String lastEventId) {
    var lines = lastEventId == null ? NONE : utf8("Last-Event-ID: " + lastEventId + "\r\n");
    return new HttpRequest(template.get(), lines, null, null, Wants.MESSAGE);
  }

  static HttpRequest delete(HeadTemplate template) {
    return new HttpRequest(template.delete(), NONE, null, null, Wants.MESSAGE);
  }

  /** The same with further whole lines, each with its line end. */
  HttpRequest withLines(String more) {
    return new HttpRequest(start, utf8(more), trace, body, wants);
  }

  /** The same with a header {@code Authorization}. */
  HttpRequest authorized(String value) {
    var header = utf8("Authorization: " + value + "\r\n");
    var more = Arrays.copyOf(lines, lines.length + header.length);
    System.arraycopy(header, 0, more, lines.length, header.length);
    return new HttpRequest(start, more, trace, body, wants);
  }

  @Nullable Payload body() {
    return body;
  }

  Wants wants() {
    return wants;
  }

  /** No more bytes than this are written by {@link #writeHead}. */
  int headBytesMax() {
    return start.length + lines.length + MORE;
  }

  /** Writes the whole head to the start of {@code out} and returns its length. */
  int writeHead(byte[] out) {
    var at = append(out, 0, start);
    at = append(out, at, lines);
    if (trace != null) {
      at = append(out, at, TRACEPARENT);
      at = append(out, at, trace.traceparent());
      at = append(out, at, LINE_END);
    }
    if (body != null) {
      at = append(out, at, CONTENT_LENGTH);
      at = append(out, at, body.length());
      at = append(out, at, LINE_END);
    }
    return append(out, at, LINE_END);
  }

  private static int append(byte[] out, int at, byte[] bytes) {
    System.arraycopy(bytes, 0, out, at, bytes.length);
    return at + bytes.length;
  }

  @SuppressWarnings("deprecation") // copies ASCII without making an array
  private static int append(byte[] out, int at, String ascii) {
    ascii.getBytes(0, ascii.length(), out, at);
    return at + ascii.length();
  }

  private static int append(byte[] out, int at, int number) {
    var digits = 1;
    for (int rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    var value = number;
    for (int i = at + digits - 1; i >= at; i--) {
      out[i] = (byte) ('0' + value % 10);
      value /= 10;
    }
    return at + digits;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
