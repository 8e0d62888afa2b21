package io.portolan.inference.core.compute;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/*
 * A matrix lies in panels of two vectors' width, so that the innermost loop of a product reads it
 * straight on; six rows at a time share what it reads. Twelve sums, two vectors of the matrix and
 * one broadcast factor are all that sixteen registers hold.
 */

/** The Vector API's. Loaded only where its module is there. */
@SuppressWarnings("FloatingPointLiteralPrecision") // as published
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int LANE_COUNT = LANES.length();
  private static final int PANEL = 2 * LANE_COUNT;
  private static final int ROWS_AT_ONCE = 96;
  private static final float EPSILON = 1e-12f;

  private final Int8Dots int8 = new Int8Dots();

  VectorKernels() {
    if (COLUMN_GROUP % PANEL != 0) {
      throw new IllegalStateException("vectors of " + LANE_COUNT + " floats are not known here");
    }
  }

  @Override
  public String name() {
    return "Vector API, " + LANES.vectorBitSize() + " bits";
  }

  @Override
  public Matrix pack(float[] values, int rows, int columns) {
    if (columns % COLUMN_GROUP != 0) {
      throw new IllegalArgumentException("columns must be a multiple of 32: " + columns);
    }
    var packed = new float[values.length];
    int to = 0;
    for (int panel = 0; panel < columns; panel += PANEL) {
      for (int row = 0; row < rows; row++, to += PANEL) {
        System.arraycopy(values, row * columns + panel, packed, to, PANEL);
      }
    }
    return new Matrix(packed, rows, columns);
  }

  @Override
  public void multiply(float[] a, int rows, Matrix matrix, float[] bias, float[] out) {
    for (int block = 0; block < rows; block += ROWS_AT_ONCE) {
      int end = Math.min(rows, block + ROWS_AT_ONCE);
      for (int column = 0; column < matrix.columns(); column += PANEL) {
        for (int row = block; row < end; row += ROW_GROUP) {
          sixRows(a, row, matrix, column, bias, out);
        }
      }
    }
  }

  private static void sixRows(
      float[] a, int row, Matrix matrix, int column, float[] bias, float[] out) {
    int depth = matrix.rows();
    int width = matrix.columns();
    var b = matrix.values();
    int panel = column * depth;
    int r0 = row * depth;
    int r1 = r0 + depth;
    int r2 = r1 + depth;
    int r3 = r2 + depth;
    int r4 = r3 + depth;
    int r5 = r4 + depth;
    var left = FloatVector.fromArray(LANES, bias, column);
    var right = FloatVector.fromArray(LANES, bias, column + LANE_COUNT);
    var l0 = left;
    var l1 = left;
    var l2 = left;
    var l3 = left;
    var l4 = left;
    var l5 = left;
    var h0 = right;
    var h1 = right;
    var h2 = right;
    var h3 = right;
    var h4 = right;
    var h5 = right;
    for (int i = 0; i < depth; i++) {
      var low = FloatVector.fromArray(LANES, b, panel + i * PANEL);
      var high = FloatVector.fromArray(LANES, b, panel + i * PANEL + LANE_COUNT);
      var f0 = FloatVector.broadcast(LANES, a[r0 + i]);
      l0 = f0.fma(low, l0);
      h0 = f0.fma(high, h0);
      var f1 = FloatVector.broadcast(LANES, a[r1 + i]);
      l1 = f1.fma(low, l1);
      h1 = f1.fma(high, h1);
      var f2 = FloatVector.broadcast(LANES, a[r2 + i]);
      l2 = f2.fma(low, l2);
      h2 = f2.fma(high, h2);
      var f3 = FloatVector.broadcast(LANES, a[r3 + i]);
      l3 = f3.fma(low, l3);
      h3 = f3.fma(high, h3);
      var f4 = FloatVector.broadcast(LANES, a[r4 + i]);
      l4 = f4.fma(low, l4);
      h4 = f4.fma(high, h4);
      var f5 = FloatVector.broadcast(LANES, a[r5 + i]);
      l5 = f5.fma(low, l5);
      h5 = f5.fma(high, h5);
    }
    int to = row * width + column;
    l0.intoArray(out, to);
    h0.intoArray(out, to + LANE_COUNT);
    to += width;
    l1.intoArray(out, to);
    h1.intoArray(out, to + LANE_COUNT);
    to += width;
    l2.intoArray(out, to);
    h2.intoArray(out, to + LANE_COUNT);
    to += width;
    l3.intoArray(out, to);
    h3.intoArray(out, to + LANE_COUNT);
    to += width;
    l4.intoArray(out, to);
    h4.intoArray(out, to + LANE_COUNT);
    to += width;
    l5.intoArray(out, to);
    h5.intoArray(out, to + LANE_COUNT);
  }

  @Override
  public void addAndNormalize(float[] x, float[] residual, int rows, float[] scale, float[] shift) {
    int width = scale.length;
    for (int row = 0, at = 0; row < rows; row++, at += width) {
      var sum = FloatVector.zero(LANES);
      for (int i = 0; i < width; i += LANE_COUNT) {
        var v = FloatVector.fromArray(LANES, x, at + i);
        v = v.add(FloatVector.fromArray(LANES, residual, at + i));
        v.intoArray(x, at + i);
        sum = sum.add(v);
      }
      float mean = sum.reduceLanes(VectorOperators.ADD) / width;
      var squares = FloatVector.zero(LANES);
      for (int i = 0; i < width; i += LANE_COUNT) {
        var off = FloatVector.fromArray(LANES, x, at + i).sub(mean);
        squares = off.fma(off, squares);
      }
      float variance = squares.reduceLanes(VectorOperators.ADD) / width;
      float factor = (float) (1 / Math.sqrt(variance + EPSILON));
      for (int i = 0; i < width; i += LANE_COUNT) {
        FloatVector.fromArray(LANES, x, at + i)
            .sub(mean)
            .mul(factor)
            .fma(FloatVector.fromArray(LANES, scale, i), FloatVector.fromArray(LANES, shift, i))
            .intoArray(x, at + i);
      }
    }
  }

  @Override
  public void gelu(float[] x, int length) {
    int i = 0;
    for (; i + LANE_COUNT <= length; i += LANE_COUNT) {
      var v = FloatVector.fromArray(LANES, x, i);
      var size = v.abs().mul(0.70710678f);
      var t = FloatVector.broadcast(LANES, 1f).div(size.mul(0.3275911f).add(1f));
      var p = t.mul(1.061405429f).sub(1.453152027f);
      p = p.mul(t).add(1.421413741f);
      p = p.mul(t).sub(0.284496736f);
      p = p.mul(t).add(0.254829592f);
      // erf of the size is 1 - q, so that x (1 + erf) / 2 is x - x q / 2 above zero, x q / 2 below.
      var half = p.mul(t).mul(exp(size.mul(size).neg())).mul(v).mul(0.5f);
      v.sub(half).blend(half, v.compare(VectorOperators.LT, 0f)).intoArray(x, i);
    }
    for (; i < length; i++) {
      x[i] = 0.5f * x[i] * (1 + ScalarKernels.erf(x[i] * 0.70710678f));
    }
  }

  /** Of values up to 0: 2 to a whole power, times a polynomial for the rest; off by 2e-7 parts. */
  private static FloatVector exp(FloatVector x) {
    // Adding this leaves the nearest whole number in the lowest bits.
    float shifter = 12582912f;
    var v = x.max(-87f);
    var shifted = v.mul(1.44269504f).add(shifter);
    var whole = shifted.sub(shifter);
    var rest = whole.fma(FloatVector.broadcast(LANES, -0.693359375f), v);
    rest = whole.fma(FloatVector.broadcast(LANES, 2.12194440e-4f), rest);
    var p = rest.mul(1.9875691500e-4f).add(1.3981999507e-3f);
    p = p.mul(rest).add(8.3334519073e-3f);
    p = p.mul(rest).add(4.1665795894e-2f);
    p = p.mul(rest).add(1.6666665459e-1f);
    p = p.mul(rest).add(5.0000001201e-1f);
    p = p.mul(rest).mul(rest).add(rest).add(1f);
    var power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(power).reinterpretAsFloats();
  }

  @Override
  public void attend(float[] qkv, Attention text, float[] scratch, float[] out) {
    int stride = 3 * text.width();
    int depth = text.headWidth();
    for (int head = 0; head < text.heads(); head++) {
      int base = text.firstRow() * stride + head * depth;
      transposeKeys(qkv, base + text.width(), text, scratch);
      for (int row = 0; row < text.tokens(); row++) {
        float share = 1 / weigh(qkv, base + row * stride, text, scratch);
        int to = (text.firstRow() + row) * text.width() + head * depth;
        mix(qkv, base + 2 * text.width(), text, scratch, share, out, to);
      }
    }
  }

  /** Keys as columns, behind room for one row of weights; what pads them is zero. */
  private static void transposeKeys(float[] qkv, int from, Attention text, float[] scratch) {
    int padded = text.paddedTokens();
    Arrays.fill(scratch, padded, padded * (text.headWidth() + 1), 0);
    for (int token = 0; token < text.tokens(); token++) {
      int key = from + token * 3 * text.width();
      for (int i = 0; i < text.headWidth(); i++) {
        scratch[padded * (i + 1) + token] = qkv[key + i];
      }
    }
  }

  /** Leaves e to the score of each token in scratch, and returns their sum. */
  private static float weigh(float[] qkv, int query, Attention text, float[] scratch) {
    int padded = text.paddedTokens();
    float scaling = (float) (1 / Math.sqrt(text.headWidth()));
    var most = FloatVector.broadcast(LANES, Float.NEGATIVE_INFINITY);
    for (int token = 0; token < padded; token += LANE_COUNT) {
      var score = FloatVector.zero(LANES);
      for (int i = 0; i < text.headWidth(); i++) {
        var keys = FloatVector.fromArray(LANES, scratch, padded * (i + 1) + token);
        score = keys.fma(FloatVector.broadcast(LANES, qkv[query + i]), score);
      }
      score = score.mul(scaling);
      score.intoArray(scratch, token);
      most = most.max(score);
    }
    // What pads scores 0, which only moves the point that is subtracted.
    float highest = most.reduceLanes(VectorOperators.MAX);
    for (int token = 0; token < padded; token += LANE_COUNT) {
      exp(FloatVector.fromArray(LANES, scratch, token).sub(highest)).intoArray(scratch, token);
    }
    float sum = 0;
    for (int token = 0; token < text.tokens(); token++) {
      sum += scratch[token];
    }
    return sum;
  }

  private static void mix(
      float[] qkv, int values, Attention text, float[] scratch, float share, float[] out, int to) {
    int stride = 3 * text.width();
    int i = 0;
    for (; i + 2 * LANE_COUNT <= text.headWidth(); i += 2 * LANE_COUNT) {
      var low = FloatVector.zero(LANES);
      var high = FloatVector.zero(LANES);
      for (int token = 0; token < text.tokens(); token++) {
        var weight = FloatVector.broadcast(LANES, scratch[token]);
        int at = values + token * stride + i;
        low = FloatVector.fromArray(LANES, qkv, at).fma(weight, low);
        high = FloatVector.fromArray(LANES, qkv, at + LANE_COUNT).fma(weight, high);
      }
      low.mul(share).intoArray(out, to + i);
      high.mul(share).intoArray(out, to + i + LANE_COUNT);
    }
    for (; i < text.headWidth(); i++) {
      float sum = 0;
      for (int token = 0; token < text.tokens(); token++) {
        sum += scratch[token] * qkv[values + token * stride + i];
      }
      out[to + i] = sum * share;
    }
  }

  @Override
  public void dots(float[] query, float[] rows, int from, int count, float[] out) {
    int width = query.length;
    int whole = width - width % (2 * LANE_COUNT);
    for (int row = 0, at = from; row < count; row++, at += width) {
      var s0 = FloatVector.zero(LANES);
      var s1 = FloatVector.zero(LANES);
      for (int i = 0; i < whole; i += 2 * LANE_COUNT) {
        s0 =
            FloatVector.fromArray(LANES, rows, at + i)
                .fma(FloatVector.fromArray(LANES, query, i), s0);
        s1 =
            FloatVector.fromArray(LANES, rows, at + i + LANE_COUNT)
                .fma(FloatVector.fromArray(LANES, query, i + LANE_COUNT), s1);
      }
      float sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
      for (int i = whole; i < width; i++) {
        sum += query[i] * rows[at + i];
      }
      out[row] = sum;
    }
  }

  @Override
  public void dots(short[] query, byte[] rows, int from, int count, int[] out) {
    int8.dots(query, rows, from, count, out);
  }
}
