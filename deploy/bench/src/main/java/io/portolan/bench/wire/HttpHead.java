package io.portolan.bench.wire;

import java.nio.charset.StandardCharsets;

/** What the framing of a message depends on, read in one pass over its head. */
final class HttpHead {
  private int startLineTo;
  private int status;
  private int contentLength;
  private boolean chunked;
  private boolean keepAlive;
  private boolean eventStream;

  void parse(byte[] data, int headEnd) {
    contentLength = -1;
    chunked = false;
    eventStream = false;
    keepAlive = true;
    startLineTo = lineEnd(data, 0, headEnd);
    status = data[0] == 'H' ? statusOf(data) : 0;
    var at = startLineTo + 2;
    while (at < headEnd - 2) {
      var lineTo = lineEnd(data, at, headEnd);
      header(data, at, lineTo);
      at = lineTo + 2;
    }
  }

  // The first letter and the length rule out nearly every header without looking further.
  private void header(byte[] data, int from, int to) {
    switch (data[from] | 0x20) {
      case 'c' -> {
        if (isName(data, from, to, "content-length")) {
          contentLength = number(data, from + 15, to);
        } else if (isName(data, from, to, "content-type")) {
          eventStream = has(data, from + 13, to, "text/event-stream");
        } else if (isName(data, from, to, "connection")) {
          keepAlive = !has(data, from + 11, to, "close");
        }
      }
      case 't' -> {
        if (isName(data, from, to, "transfer-encoding")) {
          chunked = has(data, from + 18, to, "chunked");
        }
      }
      default -> {}
    }
  }

  private static boolean isName(byte[] data, int from, int to, String name) {
    return from + name.length() < to && data[from + name.length()] == ':' && same(data, from, name);
  }

  private static boolean same(byte[] data, int from, String lowerCase) {
    for (var i = 0; i < lowerCase.length(); i++) {
      var c = data[from + i];
      var lower = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
      if (lower != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean has(byte[] data, int from, int to, String lowerCase) {
    for (var at = from; at + lowerCase.length() <= to; at++) {
      if (same(data, at, lowerCase)) {
        return true;
      }
    }
    return false;
  }

  private static int number(byte[] data, int from, int to) {
    long value = 0;
    for (var at = from; at < to; at++) {
      if (data[at] == ' ') {
        continue;
      }
      if (data[at] < '0' || data[at] > '9') {
        throw new MalformedException("a Content-Length that is not a number");
      }
      value = value * 10 + data[at] - '0';
      if (value > Integer.MAX_VALUE) {
        throw new MalformedException("a Content-Length beyond " + Integer.MAX_VALUE);
      }
    }
    return (int) value;
  }

  private static int statusOf(byte[] data) {
    if (!same(data, 0, "http/1.1 ")) {
      throw new MalformedException("a reply that does not start with HTTP/1.1");
    }
    return (data[9] - '0') * 100 + (data[10] - '0') * 10 + (data[11] - '0');
  }

  private static int lineEnd(byte[] data, int from, int headEnd) {
    for (var at = from; at < headEnd; at++) {
      if (data[at] == '\r' && data[at + 1] == '\n') {
        return at;
      }
    }
    throw new MalformedException("a header line that does not end");
  }

  boolean startLineStartsWith(byte[] data, String start) {
    if (start.length() > startLineTo) {
      return false;
    }
    for (var i = 0; i < start.length(); i++) {
      if (data[i] != start.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  String startLine(byte[] data) {
    return new String(data, 0, startLineTo, StandardCharsets.ISO_8859_1);
  }

  int status() {
    return status;
  }

  int contentLength() {
    return contentLength;
  }

  boolean chunked() {
    return chunked;
  }

  boolean keepAlive() {
    return keepAlive;
  }

  boolean eventStream() {
    return eventStream;
  }

  /** A request without framing has no body, nor have the replies 1xx, 204 and 304. */
  boolean bodyless() {
    return status < 200 || status == 204 || status == 304;
  }
}
