package io.portolan.tenancy.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that do not change and are equal by content: the value of a blob column. Immutable. */
public final class Bytes {
  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** A copy of {@code content}. */
  public static Bytes of(byte[] content) {
    return new Bytes(content.clone());
  }

  /** What is left in {@code content}, whose position stays as it is. */
  public static Bytes of(ByteBuffer content) {
    var copy = new byte[content.remaining()];
    content.duplicate().get(copy);
    return new Bytes(copy);
  }

  /** The text in UTF-8. */
  public static Bytes of(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many bytes there are. */
  public int length() {
    return content.length;
  }

  /** A copy of all bytes. */
  public byte[] toArray() {
    return content.clone();
  }

  /** All bytes, read only, without a copy. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /** A copy of the bytes from {@code from} up to {@code until}, both in [0, length]. */
  public Bytes slice(int from, int until) {
    return new Bytes(Arrays.copyOfRange(content, from, until));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** The length only: values may be secrets. */
  @Override
  public String toString() {
    return content.length + " bytes";
  }
}
