package io.portolan.gateway.http;

import io.helidon.http.DateTime;
import io.helidon.http.Status;
import io.portolan.gateway.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds a response's bytes, head and body in one array, so that it leaves in one write. Not
 * thread-safe.
 */
final class ResponseBytes {
  private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\nDate: ");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] LENGTH = ascii("Content-Length: ");
  private static final byte[] LINE_END = ascii("\r\n");

  private byte[] bytes;
  private int size;

  /** Starts with the status line and the date; {@code bodyBytes} is how much will follow. */
  ResponseBytes(int status, int bodyBytes) {
    bytes = new byte[256 + bodyBytes];
    if (status == 200) {
      append(OK);
    } else {
      append("HTTP/1.1 " + status + " " + Status.create(status).reasonPhrase() + "\r\nDate: ");
    }
    append(DateTime.http1Bytes());
  }

  private ResponseBytes(int capacity) {
    bytes = new byte[capacity];
  }

  /** Starts without a head: what follows continues a response. */
  static ResponseBytes chunks(int bodyBytes) {
    return new ResponseBytes(16 + bodyBytes);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Adds whole header lines, each with its line end. */
  ResponseBytes lines(byte[] headerLines) {
    append(headerLines);
    return this;
  }

  /**
   * Adds a header.
   *
   * @throws IllegalArgumentException when a character in it would start another line
   */
  ResponseBytes header(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      if ((c < 0x20 && c != '\t') || c >= 0x7f) {
        throw new IllegalArgumentException("header " + name + " has a control character");
      }
    }
    append(name);
    append(": ");
    append(value);
    append(LINE_END);
    return this;
  }

  ResponseBytes contentLength(int length) {
    append(LENGTH);
    append(Integer.toString(length));
    append(LINE_END);
    return this;
  }

  ResponseBytes connectionClose() {
    append(CLOSE);
    return this;
  }

  ResponseBytes endOfHead() {
    append(LINE_END);
    return this;
  }

  ResponseBytes body(Payload body) {
    reserve(body.length());
    size = body.copyTo(bytes, size);
    return this;
  }

  /** One chunk of a chunked body. */
  ResponseBytes chunk(Payload body) {
    append(Integer.toHexString(body.length()));
    append(LINE_END);
    body(body);
    append(LINE_END);
    return this;
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  private void append(byte[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
  }

  @SuppressWarnings("deprecation") // drops the high bytes, which ASCII does not have, in one copy
  private void append(String ascii) {
    reserve(ascii.length());
    ascii.getBytes(0, ascii.length(), bytes, size);
    size += ascii.length();
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
