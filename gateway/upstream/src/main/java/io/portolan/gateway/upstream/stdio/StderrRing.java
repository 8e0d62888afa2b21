package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.upstream.calls.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The last bytes of a child's standard error. Bounded, however much the child writes. Thread-safe.
 */
final class StderrRing {
  private static final int LINES_SHOWN = 5;
  private static final int LINE_CHARS_SHOWN = 300;

  // Guarded by this. Invariant: size bytes end at index next, wrapped around.
  private final byte[] ring;
  private int next;
  private int size;

  StderrRing(int bytesMax) {
    this.ring = new byte[bytesMax];
  }

  /** Reads until the stream ends, no faster than the pace. */
  void drain(InputStream in, Pace pace) {
    var buffer = new byte[8192];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        add(buffer, read);
        pace.await(read);
      }
    } catch (InterruptedException _) {
      Thread.currentThread()
          .interrupt(); // nobody interrupts the thread, but whoever does may end it
    } catch (IOException _) {
      // The process is gone; what it said stays.
    }
  }

  synchronized void add(byte[] bytes, int length) {
    for (int from = Math.max(0, length - ring.length); from < length; ) {
      var count = Math.min(length - from, ring.length - next);
      System.arraycopy(bytes, from, ring, next, count);
      next = (next + count) % ring.length;
      size = Math.min(ring.length, size + count);
      from += count;
    }
  }

  /** Everything kept. */
  synchronized String text() {
    var bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = ring[(next - size + i + ring.length) % ring.length];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The last lines that are not blank, shortened, on one line; empty when there are none. */
  String lastLines() {
    List<String> lines = text().lines().filter(line -> !line.isBlank()).toList();
    var shown = lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
    return String.join(
        " | ",
        shown.stream()
            .map(String::strip)
            .map(l -> l.length() <= LINE_CHARS_SHOWN ? l : l.substring(0, LINE_CHARS_SHOWN))
            .toList());
  }
}
