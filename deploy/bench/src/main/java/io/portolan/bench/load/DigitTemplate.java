package io.portolan.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes with places for a number of ten digits, filled anew for each call at next to no cost.
 *
 * <p>Not thread-safe. The direct buffer mirrors the bytes, so that a write copies nothing.
 */
final class DigitTemplate {
  /** Stands where the digits go. */
  static final String PLACE = "##########";

  private static final int DIGITS = PLACE.length();

  private final byte[] bytes;
  private final int[] places;
  private final ByteBuffer direct;

  DigitTemplate(String text) {
    bytes = text.getBytes(StandardCharsets.UTF_8);
    places = places(text);
    direct = ByteBuffer.allocateDirect(bytes.length).put(bytes);
  }

  private static int[] places(String text) {
    var found = new int[8];
    var count = 0;
    for (var at = text.indexOf(PLACE); at >= 0; at = text.indexOf(PLACE, at + DIGITS)) {
      found[count++] = text.substring(0, at).getBytes(StandardCharsets.UTF_8).length;
    }
    return Arrays.copyOf(found, count);
  }

  /** Fills in a number of ten digits. */
  void fill(long number) {
    for (var place : places) {
      var rest = number;
      for (var i = DIGITS - 1; i >= 0; i--) {
        bytes[place + i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
      direct.put(place, bytes, place, DIGITS);
    }
  }

  /** The filled bytes, ready to be written. */
  ByteBuffer filled() {
    return direct.clear();
  }

  /** Whether the filled bytes are these. */
  boolean equalTo(byte[] other, int from, int to) {
    return Arrays.equals(bytes, 0, bytes.length, other, from, to);
  }

  byte[] bytes() {
    return bytes;
  }
}
