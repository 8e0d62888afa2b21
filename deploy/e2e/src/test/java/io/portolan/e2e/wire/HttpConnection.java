package io.portolan.e2e.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/**
 * One HTTP/1.1 connection that a test drives itself: what goes out is exactly what it says, and a
 * second request goes over the same socket or fails. Not thread-safe.
 */
public final class HttpConnection implements AutoCloseable {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private final Socket socket;
  private final InputStream in;
  private final String authority;

  private HttpConnection(Socket socket, String authority) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    this.authority = authority;
  }

  public static HttpConnection to(URI endpoint) throws IOException {
    var socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) READ_TIMEOUT.toMillis());
    socket.connect(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()), 10_000);
    return new HttpConnection(socket, endpoint.getAuthority());
  }

  /** Sends a request and reads its whole answer, which must have an end. */
  public HttpReply exchange(HttpRequest request) throws IOException {
    var stream = open(request);
    return new HttpReply(stream.status(), stream.headers(), stream.body().readAllBytes());
  }

  /** Sends a request and reads the head of its answer. */
  public HttpStream open(HttpRequest request) throws IOException {
    send(request);
    return answer();
  }

  public void send(HttpRequest request) throws IOException {
    var headers = request.headers();
    if (headers.first("Host").isEmpty()) {
      headers = headers.plus("Host", authority);
    }
    var sized =
        headers.first("Content-Length").isPresent()
            || headers.first("Transfer-Encoding").isPresent();
    if (!sized && !request.method().equals("GET")) {
      headers = headers.plus("Content-Length", String.valueOf(request.body().length));
    }
    var head = request.method() + " " + request.target() + " HTTP/1.1\r\n" + headers.lines();
    var all = new ByteArrayOutputStream(head.length() + 2 + request.body().length);
    all.writeBytes((head + "\r\n").getBytes(ISO_8859_1));
    all.writeBytes(request.body());
    write(all.toByteArray());
  }

  /** Puts bytes on the wire as they are. */
  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Reads the head of the next answer. */
  public HttpStream answer() throws IOException {
    var status = line();
    while (status.startsWith("HTTP/1.1 1")) {
      while (!line().isEmpty()) {}
      status = line();
    }
    var headers = Headers.NONE;
    for (var line = line(); !line.isEmpty(); line = line()) {
      var colon = line.indexOf(':');
      headers = headers.plus(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    var code = Integer.parseInt(status.split(" ", 3)[1]);
    return new HttpStream(code, headers, body(code, headers));
  }

  /** How long a read may wait for the next byte. */
  public void readTimeout(Duration timeout) throws IOException {
    socket.setSoTimeout((int) timeout.toMillis());
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // it was no longer there
    }
  }

  private InputStream body(int status, Headers headers) {
    if (headers.names("Transfer-Encoding", "chunked")) {
      return HttpBodies.chunked(in);
    }
    if (status == 204 || status == 304) {
      return InputStream.nullInputStream();
    }
    return headers
        .first("Content-Length")
        .map(length -> HttpBodies.sized(in, Long.parseLong(length)))
        .orElse(in);
  }

  private String line() throws IOException {
    return HttpBodies.line(in)
        .orElseThrow(() -> new EOFException("the connection was closed where an answer was due"));
  }
}
