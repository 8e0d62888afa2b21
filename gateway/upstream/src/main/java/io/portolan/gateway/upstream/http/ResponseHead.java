package io.portolan.gateway.upstream.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of an answer: only what MCP needs is read, from the bytes, without making strings of the
 * rest. Reused by the exchanges of one connection.
 */
final class ResponseHead {
  private static final int HEAD_BYTES_MAX = 64 << 10;
  private static final int SECONDS_MAX = 1_000_000;

  /** What the body is, by its Content-Type. */
  enum Content {
    JSON,
    EVENTS,
    OTHER
  }

  private int status;
  private long contentLength; // -1 when none is given
  private boolean chunked;
  private boolean close;
  private Content content = Content.OTHER;
  private @Nullable String sessionId;
  private int retryAfterSeconds; // -1 when none is given
  private int keepAliveSeconds; // -1 when none is given
  private HttpRequest.Wants wants = HttpRequest.Wants.MESSAGE;
  private Map<String, String> headers = Map.of(); // where all are wanted

  /** Says what is wanted of the next head. */
  void wants(HttpRequest.Wants next) {
    wants = next;
  }

  /** Whether no body follows. */
  boolean isAll() {
    return wants == HttpRequest.Wants.HEADERS_ONLY;
  }

  /** The first value of each header, by its name in lower case, where all are wanted. */
  Map<String, String> headers() {
    return headers;
  }

  int status() {
    return status;
  }

  Content content() {
    return content;
  }

  long contentLength() {
    return contentLength;
  }

  boolean isChunked() {
    return chunked;
  }

  /** Whether the server closes the connection after this answer. */
  boolean isClose() {
    return close;
  }

  @Nullable String sessionId() {
    return sessionId;
  }

  int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  int keepAliveSeconds() {
    return keepAliveSeconds;
  }

  /** Reads the next final head, passing over interim ones (1xx). Blocks. */
  void read(HttpConnection connection) throws IOException {
    do {
      readOne(connection);
      if (status == 101) {
        throw new BadResponse("the server switched protocols");
      }
    } while (status < 200);
  }

  private void readOne(HttpConnection connection) throws IOException {
    var scanned = 0;
    while (true) {
      var length = headLength(connection, scanned);
      if (length > 0) {
        parse(connection.buffer(), connection.start(), connection.start() + length);
        connection.consume(length);
        return;
      }
      scanned = connection.buffered();
      if (scanned > HEAD_BYTES_MAX) {
        throw new BadResponse("headers longer than " + HEAD_BYTES_MAX + " bytes");
      }
      if (scanned >= 5 && !startsWithHttp(connection)) {
        throw new BadResponse("the answer is not HTTP");
      }
      if (!connection.fill()) {
        throw HttpConnection.endedEarly(
            scanned == 0 ? "before an answer" : "inside the answer's head");
      }
    }
  }

  private static boolean startsWithHttp(HttpConnection connection) {
    var bytes = connection.buffer();
    var at = connection.start();
    return bytes[at] == 'H'
        && bytes[at + 1] == 'T'
        && bytes[at + 2] == 'T'
        && bytes[at + 3] == 'P'
        && bytes[at + 4] == '/';
  }

  /** The head's length with its empty line, or 0 when its end has not been received. */
  private static int headLength(HttpConnection connection, int scanned) {
    var bytes = connection.buffer();
    var start = connection.start();
    var end = connection.end();
    for (int i = start + Math.max(0, scanned - 2); i < end; i++) {
      if (bytes[i] == '\n') {
        if (i + 1 < end && bytes[i + 1] == '\n') {
          return i + 2 - start;
        }
        if (i + 2 < end && bytes[i + 1] == '\r' && bytes[i + 2] == '\n') {
          return i + 3 - start;
        }
      }
    }
    return 0;
  }

  private void parse(byte[] bytes, int from, int to) throws BadResponse {
    contentLength = -1;
    chunked = false;
    content = Content.OTHER;
    sessionId = null;
    retryAfterSeconds = -1;
    keepAliveSeconds = -1;
    headers = wants == HttpRequest.Wants.MESSAGE ? Map.of() : new HashMap<>();
    var lineEnd = lineEnd(bytes, from);
    statusLine(bytes, from, lineEnd);
    for (int at = lineEnd + 1; at < to; at = lineEnd + 1) {
      lineEnd = lineEnd(bytes, at);
      var end = bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
      if (end > at && bytes[at] != ' ' && bytes[at] != '\t') {
        header(bytes, at, end);
      }
    }
  }

  private static int lineEnd(byte[] bytes, int from) {
    var i = from;
    while (bytes[i] != '\n') {
      i++;
    }
    return i;
  }

  /** {@code HTTP/1.x nnn reason}. */
  private void statusLine(byte[] bytes, int from, int to) throws BadResponse {
    if (to - from < 12
        || !equalsIgnoreCase(bytes, from, from + 7, "http/1.")
        || bytes[from + 8] != ' ') {
      throw new BadResponse("the answer is not HTTP/1.1");
    }
    status = 0;
    for (int i = from + 9; i < from + 12; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw new BadResponse("the answer has no HTTP status");
      }
      status = status * 10 + bytes[i] - '0';
    }
    if (status < 100) {
      throw new BadResponse("the answer has no HTTP status");
    }
    close = bytes[from + 7] == '0';
  }

  private void header(byte[] bytes, int from, int to) throws BadResponse {
    var colon = from;
    while (colon < to && bytes[colon] != ':') {
      colon++;
    }
    if (colon == to) {
      throw new BadResponse("a header line without a colon");
    }
    var valueFrom = colon + 1;
    while (valueFrom < to && (bytes[valueFrom] == ' ' || bytes[valueFrom] == '\t')) {
      valueFrom++;
    }
    var valueTo = to;
    while (valueTo > valueFrom && (bytes[valueTo - 1] == ' ' || bytes[valueTo - 1] == '\t')) {
      valueTo--;
    }
    if (wants != HttpRequest.Wants.MESSAGE) {
      var name = new String(bytes, from, colon - from, StandardCharsets.ISO_8859_1);
      headers.putIfAbsent(
          name.toLowerCase(Locale.ROOT),
          new String(bytes, valueFrom, valueTo - valueFrom, StandardCharsets.ISO_8859_1));
    }
    switch (colon - from) {
      case 10 -> {
        if (equalsIgnoreCase(bytes, from, colon, "connection")) {
          connection(bytes, valueFrom, valueTo);
        } else if (equalsIgnoreCase(bytes, from, colon, "keep-alive")) {
          keepAliveSeconds = keepAlive(bytes, valueFrom, valueTo);
        }
      }
      case 11 -> {
        if (equalsIgnoreCase(bytes, from, colon, "retry-after")) {
          retryAfterSeconds = seconds(bytes, valueFrom, valueTo);
        }
      }
      case 12 -> {
        if (equalsIgnoreCase(bytes, from, colon, "content-type")) {
          content = contentOf(bytes, valueFrom, valueTo);
        }
      }
      case 14 -> {
        if (equalsIgnoreCase(bytes, from, colon, "content-length")) {
          length(bytes, valueFrom, valueTo);
        } else if (equalsIgnoreCase(bytes, from, colon, "mcp-session-id")) {
          sessionId = sessionId(bytes, valueFrom, valueTo);
        }
      }
      case 17 -> {
        if (equalsIgnoreCase(bytes, from, colon, "transfer-encoding")) {
          if (!equalsIgnoreCase(bytes, valueFrom, valueTo, "chunked")) {
            throw new BadResponse("a Transfer-Encoding other than chunked");
          }
          chunked = true;
        }
      }
      default -> {}
    }
  }

  private void connection(byte[] bytes, int from, int to) {
    if (equalsIgnoreCase(bytes, from, to, "keep-alive")) {
      close = false;
    } else if (containsIgnoreCase(bytes, from, to, "close")) {
      close = true;
    }
  }

  private void length(byte[] bytes, int from, int to) throws BadResponse {
    if (from == to || to - from > 18) {
      throw new BadResponse("a bad Content-Length");
    }
    var length = 0L;
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw new BadResponse("a bad Content-Length");
      }
      length = length * 10 + bytes[i] - '0';
    }
    if (contentLength >= 0 && contentLength != length) {
      throw new BadResponse("two different Content-Lengths");
    }
    contentLength = length;
  }

  private static Content contentOf(byte[] bytes, int from, int to) {
    if (to - from >= 17 && equalsIgnoreCase(bytes, from, from + 17, "text/event-stream")) {
      return Content.EVENTS;
    }
    return to - from >= 16 && equalsIgnoreCase(bytes, from, from + 16, "application/json")
        ? Content.JSON
        : Content.OTHER;
  }

  /** Visible ASCII, as MCP demands; anything else could not be sent back. */
  private static String sessionId(byte[] bytes, int from, int to) throws BadResponse {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0x21 || bytes[i] > 0x7e) {
        throw new BadResponse("a session id that is not visible ASCII");
      }
    }
    return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
  }

  /** The number in {@code timeout=5, max=100}. */
  private static int keepAlive(byte[] bytes, int from, int to) {
    for (int i = from; i + 8 < to; i++) {
      if (equalsIgnoreCase(bytes, i, i + 8, "timeout=")) {
        var stop = i + 8;
        while (stop < to && bytes[stop] >= '0' && bytes[stop] <= '9') {
          stop++;
        }
        return seconds(bytes, i + 8, stop);
      }
    }
    return -1;
  }

  private static int seconds(byte[] bytes, int from, int to) {
    var number = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      number = Math.min(SECONDS_MAX, number * 10 + bytes[i] - '0');
    }
    return from == to ? -1 : number;
  }

  private static boolean containsIgnoreCase(byte[] bytes, int from, int to, String lower) {
    for (int i = from; i + lower.length() <= to; i++) {
      if (equalsIgnoreCase(bytes, i, i + lower.length(), lower)) {
        return true;
      }
    }
    return false;
  }

  private static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String lower) {
    if (to - from != lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      var b = bytes[from + i];
      var folded = b >= 'A' && b <= 'Z' ? b + 32 : b;
      if (folded != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
