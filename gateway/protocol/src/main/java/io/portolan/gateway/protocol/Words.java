package io.portolan.gateway.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/*
 * Each test sets the high bit of the bytes it looks for. A borrow may set it in bytes above a hit as
 * well, never below one, so a zero means "none" and the first hit is always a real one.
 */

/** Looks at eight bytes at a time. Stateless. */
final class Words {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long SPACES = ONES * ' ';

  private Words() {}

  /** The bytes {@code bytes[at..at+8)}, the first one lowest. */
  static long at(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /** How many bytes are in front of the first hit. */
  static int first(long hits) {
    return Long.numberOfTrailingZeros(hits) >>> 3;
  }

  /** Quotes, backslashes, control characters and bytes above 0x7f. */
  static long special(long word) {
    return (((word ^ QUOTES) - ONES) | ((word ^ BACKSLASHES) - ONES) | (word - SPACES) | word)
        & HIGHS;
  }

  /** Quotes and backslashes. */
  static long quoteOrBackslash(long word) {
    return zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
  }

  /** Quotes, brackets and braces. */
  static long structure(long word) {
    var folded = word | SPACES; // '[' becomes '{', ']' becomes '}'
    return zeros(word ^ QUOTES) | zeros(folded ^ (ONES * '{')) | zeros(folded ^ (ONES * '}'));
  }

  /** Line feeds and carriage returns. */
  static long lineBreak(long word) {
    return zeros(word ^ (ONES * '\n')) | zeros(word ^ (ONES * '\r'));
  }

  private static long zeros(long word) {
    return (word - ONES) & ~word & HIGHS;
  }
}
