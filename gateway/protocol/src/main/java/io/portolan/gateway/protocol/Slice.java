package io.portolan.gateway.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A region of a byte array that nobody writes to any more. It copies nothing; equality compares
 * content. Safe for use by many threads as long as the array stays unwritten.
 */
public final class Slice {
  private static final Slice EMPTY = new Slice(new byte[0], 0, 0);

  private final byte[] array;
  private final int from;
  private final int to;

  /** The bytes {@code array[from..to)}. */
  public Slice(byte[] array, int from, int to) {
    if (from < 0 || to < from || to > array.length) {
      throw new IndexOutOfBoundsException(from + ".." + to + " of " + array.length);
    }
    this.array = array;
    this.from = from;
    this.to = to;
  }

  /** The whole array. */
  public static Slice of(byte[] array) {
    return new Slice(array, 0, array.length);
  }

  /** The UTF-8 bytes of a text. */
  public static Slice utf8(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** No bytes. */
  public static Slice empty() {
    return EMPTY;
  }

  /** The array behind the region; callers must not write to it. */
  public byte[] array() {
    return array;
  }

  /** Index of the first byte in {@link #array}. */
  public int from() {
    return from;
  }

  /** Index after the last byte in {@link #array}. */
  public int to() {
    return to;
  }

  /** Number of bytes. */
  public int length() {
    return to - from;
  }

  /** The byte at {@code index}, counted from the region's start. */
  public byte at(int index) {
    return array[from + index];
  }

  /** Whether the region is a JSON string, judged by its first byte. */
  public boolean isString() {
    return from < to && array[from] == '"';
  }

  /** Whether the region is a JSON object, judged by its first byte. */
  public boolean isObject() {
    return from < to && array[from] == '{';
  }

  /** Whether the region is a JSON array, judged by its first byte. */
  public boolean isArray() {
    return from < to && array[from] == '[';
  }

  /** Whether the region is a JSON number, judged by its first byte. */
  public boolean isNumber() {
    return from < to && (array[from] == '-' || (array[from] >= '0' && array[from] <= '9'));
  }

  /** The decoded text of a region that {@link #isString is a JSON string}. */
  public String string() {
    return JsonText.decode(array, from, to);
  }

  /** The bytes read as UTF-8, without any JSON decoding. */
  public String text() {
    return new String(array, from, to - from, StandardCharsets.UTF_8);
  }

  /** Whether the bytes are those of {@code ascii}. */
  public boolean is(String ascii) {
    if (ascii.length() != to - from) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (array[from + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return Arrays.copyOfRange(array, from, to);
  }

  /** Writes the bytes; fails as the stream does. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(array, from, to - from);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Slice that
        && Arrays.equals(array, from, to, that.array, that.from, that.to);
  }

  @Override
  public int hashCode() {
    var hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** The bytes as text, for messages to people. */
  @Override
  public String toString() {
    return text();
  }
}
