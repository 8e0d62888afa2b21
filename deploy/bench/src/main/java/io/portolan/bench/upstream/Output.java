package io.portolan.bench.upstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The bytes of one reply, put together in a buffer that grows as needed. */
final class Output {
  private ByteBuffer buffer = ByteBuffer.allocateDirect(16 << 10);

  Output put(byte[] bytes) {
    return put(bytes, 0, bytes.length);
  }

  Output put(byte[] bytes, int from, int to) {
    ensure(to - from);
    buffer.put(bytes, from, to - from);
    return this;
  }

  Output put(String ascii) {
    return put(ascii.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Decimal digits of a number that is not negative. */
  Output put(int number) {
    ensure(10);
    var divisor = 1;
    while (number / divisor >= 10) {
      divisor *= 10;
    }
    for (; divisor > 0; divisor /= 10) {
      buffer.put((byte) ('0' + number / divisor % 10));
    }
    return this;
  }

  /** Readies the buffer for a new reply. */
  void clear() {
    buffer.clear();
  }

  /** What was put since {@link #clear()}, ready to be written. */
  ByteBuffer written() {
    return buffer.flip();
  }

  private void ensure(int count) {
    if (buffer.remaining() < count) {
      var grown = ByteBuffer.allocateDirect(Integer.highestOneBit(buffer.position() + count) * 2);
      buffer = grown.put(buffer.flip());
    }
  }
}
