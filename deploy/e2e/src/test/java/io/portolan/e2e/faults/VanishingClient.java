package io.portolan.e2e.faults;

import io.portolan.e2e.wire.Headers;
import io.portolan.e2e.wire.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that starts a stream and is gone in the middle of it, without a word: RST. */
public final class VanishingClient implements AutoCloseable {
  private final URI endpoint;
  private final Socket socket;

  /** Connects. */
  public VanishingClient(URI endpoint) throws IOException {
    this.endpoint = endpoint;
    this.socket = new Socket(endpoint.getHost(), endpoint.getPort());
    socket.setSoTimeout(60_000);
  }

  /** Sends the request and waits for so many bytes of the stream. */
  public void read(HttpRequest request, int bytes) throws IOException {
    Headers headers =
        request
            .headers()
            .with("Host", endpoint.getAuthority())
            .with("Content-Length", Integer.toString(request.body().length));
    var all = new ByteArrayOutputStream();
    all.writeBytes(
        (request.method() + " " + request.target() + " HTTP/1.1\r\n" + headers.lines() + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(request.body());
    socket.getOutputStream().write(all.toByteArray());
    if (socket.getInputStream().readNBytes(bytes).length < bytes) {
      throw new IOException("the stream ended before " + bytes + " bytes");
    }
  }

  /** Is gone. */
  @Override
  public void close() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
