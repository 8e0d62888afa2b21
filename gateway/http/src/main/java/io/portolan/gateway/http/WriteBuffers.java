package io.portolan.gateway.http;

import java.util.concurrent.ArrayBlockingQueue;

/**
 * Buffers for large replies, so that one costs neither a fresh array of its size nor a write for
 * each of its pieces. A few are kept; when all are in use a fresh one is made. Thread-safe, never
 * blocks.
 */
final class WriteBuffers {
  /** What a JDK socket takes in one system call. */
  static final int BYTES = 128 << 10;

  private static final ArrayBlockingQueue<byte[]> KEPT = new ArrayBlockingQueue<>(32);

  private WriteBuffers() {}

  /** A buffer of {@link #BYTES} bytes, whatever they are. */
  static byte[] take() {
    var kept = KEPT.poll();
    return kept == null ? new byte[BYTES] : kept;
  }

  /** Keeps a buffer for the next reply; nobody may hold on to it. */
  static void giveBack(byte[] buffer) {
    var _ = KEPT.offer(buffer);
  }
}
