package io.portolan.e2e.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** Writes answers on one connection. Events may be written by several threads. */
final class AnswerWriter implements Answer.EventWriter, Answer.Wires {
  private final Socket socket;
  private final OutputStream out;
  private final Handshake handshake;

  AnswerWriter(Socket socket, Handshake handshake) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.handshake = handshake;
  }

  /** Writes the answer to a request and says whether the connection can go on. */
  boolean write(Answer answer, Received request) throws IOException, InterruptedException {
    switch (answer) {
      case Answer.Json(var status, var message) -> body(status, "", message);
      case Answer.Opened(var session, var message) ->
          body(200, "Mcp-Session-Id: " + session + "\r\n", message);
      case Answer.Accepted() -> status(202);
      case Answer.Status(var code) -> status(code);
      case Answer.Sse(var messages) -> {
        openEvents();
        for (var message : messages) {
          message(message);
        }
        endEvents();
      }
      case Answer.Live(var script) -> {
        openEvents();
        script.run(this);
        endEvents();
      }
      case Answer.Listen() -> {
        handshake.listen(request, this);
        return false;
      }
      case Answer.Wire(var script) -> {
        script.run(this);
        return false;
      }
      case Answer.Raw(var bytes) -> {
        put(bytes);
        return false;
      }
    }
    return true;
  }

  void status(int code) throws IOException {
    put(("HTTP/1.1 " + code + " Status\r\nContent-Length: 0\r\n\r\n").getBytes(ISO_8859_1));
  }

  void openEvents() throws IOException {
    put(
        """
        HTTP/1.1 200 OK\r
        Content-Type: text/event-stream\r
        Cache-Control: no-cache\r
        Transfer-Encoding: chunked\r
        \r
        """
            .getBytes(ISO_8859_1));
  }

  @Override
  public void message(byte[] message) throws IOException {
    var lines = new String(message, UTF_8).replace("\n", "\ndata: ");
    raw(("event: message\ndata: " + lines + "\n\n").getBytes(UTF_8));
  }

  @Override
  public void raw(byte[] bytes) throws IOException {
    var chunk = new ByteArrayOutputStream(bytes.length + 16);
    chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
    chunk.writeBytes(bytes);
    chunk.writeBytes("\r\n".getBytes(ISO_8859_1));
    put(chunk.toByteArray());
  }

  @Override
  public void awaitClosedByPeer() {
    try {
      while (socket.getInputStream().read() >= 0) {}
    } catch (IOException _) {
      // closed too
    }
  }

  private void endEvents() throws IOException {
    put("0\r\n\r\n".getBytes(ISO_8859_1));
  }

  private void body(int status, String headers, byte[] message) throws IOException {
    var head =
        "HTTP/1.1 "
            + status
            + " Status\r\nContent-Type: application/json\r\n"
            + headers
            + "Content-Length: "
            + message.length
            + "\r\n\r\n";
    var all = new ByteArrayOutputStream(head.length() + message.length);
    all.writeBytes(head.getBytes(ISO_8859_1));
    all.writeBytes(message);
    put(all.toByteArray());
  }

  @Override
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public synchronized void put(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }
}
