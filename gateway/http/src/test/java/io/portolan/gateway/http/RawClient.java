package io.portolan.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A client that sends exactly the bytes a test writes, and reads replies strictly. */
final class RawClient implements AutoCloseable {
  /** A reply; header names in lower case. */
  record Response(int status, Map<String, String> headers, String body) {
    @Nullable String header(String name) {
      return headers.get(name);
    }
  }

  final Socket socket = new Socket();
  private final InputStream in;

  RawClient(int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(20_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  void send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
  }

  /** A whole POST with the headers a good client sends, and more. */
  static String post(String path, String body, String... headerLines) {
    var text =
        new StringBuilder("POST ")
            .append(path)
            .append(" HTTP/1.1\r\nHost: localhost\r\n")
            .append("Content-Type: application/json\r\n")
            .append("Accept: application/json, text/event-stream\r\n");
    for (var line : headerLines) {
      text.append(line).append("\r\n");
    }
    return text.append("Content-Length: ")
        .append(body.length())
        .append("\r\n\r\n")
        .append(body)
        .toString();
  }

  static String request(String method, String path, String... headerLines) {
    var text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    for (var line : headerLines) {
      text.append(line).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  Response exchange(String bytes) throws IOException {
    send(bytes);
    return receive();
  }

  Response receive() throws IOException {
    return receive(false);
  }

  /** Reads one reply; {@code headOnly} for what answers a HEAD. */
  Response receive(boolean headOnly) throws IOException {
    var head = head();
    var length = head.header("content-length");
    if (headOnly || head.status() == 204) {
      return head;
    }
    var body =
        "chunked".equals(head.header("transfer-encoding"))
            ? chunks()
            : new String(
                in.readNBytes(Integer.parseInt(length == null ? "0" : length)), ISO_8859_1);
    return new Response(head.status(), head.headers(), body);
  }

  /** Reads a reply's head only; its body is left. */
  Response head() throws IOException {
    var status = line();
    var headers = new TreeMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      var colon = line.indexOf(": ");
      var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      if (headers.put(name, line.substring(colon + 2)) != null) {
        throw new IOException("header sent twice: " + name);
      }
    }
    if (!status.startsWith("HTTP/1.1 ")) {
      throw new IOException("not a status line: " + status);
    }
    return new Response(Integer.parseInt(status.substring(9, 12)), headers, "");
  }

  private String chunks() throws IOException {
    var body = new StringBuilder();
    for (var chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
      body.append(chunk);
    }
    return body.toString();
  }

  /** Reads one chunk; empty for the last one. */
  String chunk() throws IOException {
    var size = Integer.parseInt(line(), 16);
    var text = new String(in.readNBytes(size), ISO_8859_1);
    if (!line().isEmpty()) {
      throw new IOException("no line end after a chunk");
    }
    return text;
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    while (true) {
      var b = in.read();
      if (b < 0) {
        throw new EOFException("the server closed after: " + line);
      }
      if (b == '\n') {
        var text = line.toString(ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(b);
    }
  }

  /** Waits for the server to end the connection, ignoring what it still sends. */
  void awaitEnd() throws IOException {
    var _ = in.readAllBytes();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
