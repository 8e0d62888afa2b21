package io.portolan.e2e.faults;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many connections whose requests never become whole: a head, or a body, byte by byte. */
public final class Slowloris implements AutoCloseable {
  private final List<Socket> sockets = new ArrayList<>();

  /** Opens connections; every other one gets as far as its body. */
  public Slowloris(URI endpoint, int connections) throws IOException {
    var head =
        "POST "
            + endpoint.getPath()
            + " HTTP/1.1\r\nHost: "
            + endpoint.getAuthority()
            + "\r\nContent-Type: application/json\r\n"
            + "Accept: application/json, text/event-stream\r\n";
    for (int i = 0; i < connections; i++) {
      var socket = new Socket(endpoint.getHost(), endpoint.getPort());
      sockets.add(socket);
      write(socket, i % 2 == 0 ? head : head + "Content-Length: 1000\r\n\r\n{");
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Sends one more byte on each connection; says how many took it. */
  public int drip() {
    var alive = 0;
    for (var socket : sockets) {
      try {
        write(socket, "x");
        alive++;
      } catch (IOException _) {
        // it was shut out
      }
    }
    return alive;
  }

  @Override
  public void close() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
  }
}
