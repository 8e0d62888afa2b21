package io.portolan.e2e.faults;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** Copies what one socket sends to another, with the trouble that belongs to it. */
final class Flow {
  private final Socket from;
  private final Socket to;
  private final Trouble trouble;
  private long copied;

  Flow(Socket from, Socket to, Trouble trouble) {
    this.from = from;
    this.to = to;
    this.trouble = trouble;
  }

  void run() {
    var buffer = new byte[8 << 10];
    try {
      var in = from.getInputStream();
      while (copied < untroubledBytes()) {
        var most = Math.min(bytesAtOnce(buffer.length), untroubledBytes() - copied);
        var count = in.read(buffer, 0, (int) most);
        if (count < 0) {
          to.shutdownOutput();
          return;
        }
        delay();
        to.getOutputStream().write(buffer, 0, count);
        copied += count;
      }
      breakOff(in);
    } catch (IOException _) {
      close(from);
      close(to);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private long untroubledBytes() {
    return switch (trouble) {
      case Trouble.Latency _, Trouble.Bandwidth _ -> Long.MAX_VALUE;
      case Trouble.Reset(var afterBytes) -> afterBytes;
      case Trouble.Truncate(var afterBytes) -> afterBytes;
      case Trouble.HalfOpen(var afterBytes) -> afterBytes;
    };
  }

  private int bytesAtOnce(int most) {
    return trouble instanceof Trouble.Bandwidth(var bytesPerSecond)
        ? Math.clamp(bytesPerSecond / 20, 1, most)
        : most;
  }

  private void delay() throws InterruptedException {
    switch (trouble) {
      case Trouble.Latency(var millis) -> Thread.sleep(millis);
      case Trouble.Bandwidth _ -> Thread.sleep(50);
      case Trouble.Reset _, Trouble.Truncate _, Trouble.HalfOpen _ -> {}
    }
  }

  private void breakOff(InputStream in) throws IOException {
    switch (trouble) {
      case Trouble.Reset _ -> {
        to.setSoLinger(true, 0);
        to.close();
      }
      case Trouble.Truncate _ -> {
        to.close();
        from.close();
      }
      case Trouble.HalfOpen _ -> {
        while (in.read() >= 0) {} // swallowed
      }
      case Trouble.Latency _, Trouble.Bandwidth _ -> {}
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // it was closed
    }
  }
}
