package io.portolan.inference.core.similarity;

/**
 * A vector as multiples of one step, of -63 to 63: {@code vector = scale * values + rest}, where
 * the rest is no longer than the error.
 *
 * @param error length of the rest, rounded up
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Rounded(short[] values, float scale, float error) {
  private static final int MOST = 63;

  static Rounded of(float[] vector) {
    float largest = 0;
    for (float value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    float scale = largest == 0 ? 1 : largest / MOST;
    var values = new short[vector.length];
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      values[i] = (short) Math.round(vector[i] / scale);
      double rest = vector[i] - (double) scale * values[i];
      squares += rest * rest;
    }
    return new Rounded(values, scale, Math.nextUp((float) Math.sqrt(squares)));
  }

  void copyInto(byte[] bytes, int at) {
    for (int i = 0; i < values.length; i++) {
      bytes[at + i] = (byte) values[i];
    }
  }
}
