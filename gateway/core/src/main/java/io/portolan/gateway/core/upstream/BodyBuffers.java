package io.portolan.gateway.core.upstream;

import io.portolan.gateway.protocol.Slice;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

/*
 * A large array that is allocated for every answer is always cold in the processor's caches, is
 * zeroed first, and brings the next collection nearer. What nobody gives back is collected like any
 * other array, so only a path that knows that the message is used by nobody else gives it back. An
 * array is known by a mark that no body can contain, because bodies begin behind it.
 */

/**
 * Arrays that large bodies are read into, used again once their message has left. A few are kept.
 * Thread-safe, never blocks.
 */
public final class BodyBuffers {
  /** A body up to this size fits. */
  public static final int BYTES_MAX = 128 << 10;

  /** Where a body begins in its array. */
  public static final int FIRST = 32;

  private static final int STATE = FIRST - 1;
  private static final byte LENT = 1;
  private static final byte KEPT = 0;
  private static final byte[] MARK = mark();
  private static final ArrayBlockingQueue<byte[]> FREE = new ArrayBlockingQueue<>(32);

  private BodyBuffers() {}

  private static byte[] mark() {
    var mark = new byte[STATE];
    new SecureRandom().nextBytes(mark);
    return mark;
  }

  /** An array to write to from {@link #FIRST} on, {@link #BYTES_MAX} bytes at most. */
  public static byte[] take() {
    var array = FREE.poll();
    if (array == null) {
      array = new byte[FIRST + BYTES_MAX];
      System.arraycopy(MARK, 0, array, 0, MARK.length);
    }
    array[STATE] = LENT;
    return array;
  }

  /**
   * Takes the array behind a message back, if it came from here. Nobody may look at the message, or
   * at any part of it, afterwards.
   */
  public static void giveBack(Slice message) {
    var array = message.array();
    if (array.length == FIRST + BYTES_MAX
        && array[STATE] == LENT
        && Arrays.equals(array, 0, STATE, MARK, 0, STATE)) {
      array[STATE] = KEPT;
      var _ = FREE.offer(array);
    }
  }
}
