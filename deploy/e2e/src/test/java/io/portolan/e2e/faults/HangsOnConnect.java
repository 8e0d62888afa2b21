package io.portolan.e2e.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * A port on which connecting takes for ever: nobody accepts, and the queue of those that wait is
 * full. Linux then drops what asks to connect.
 */
public final class HangsOnConnect implements AutoCloseable {
  private static final int WAITING_MAX = 64;

  private final ServerSocket socket = new ServerSocket();
  private final List<Socket> waiting = new ArrayList<>();

  /** Takes the port, which must be free, and fills its queue. */
  public HangsOnConnect(int port) throws IOException {
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
    for (int i = 0; i < WAITING_MAX; i++) {
      var next = new Socket();
      waiting.add(next);
      try {
        next.connect(socket.getLocalSocketAddress(), 200);
      } catch (SocketTimeoutException _) {
        return;
      }
    }
    throw new IOException("the queue of " + socket + " is not full after " + WAITING_MAX);
  }

  @Override
  public void close() throws IOException {
    for (var one : waiting) {
      one.close();
    }
    socket.close();
  }
}
