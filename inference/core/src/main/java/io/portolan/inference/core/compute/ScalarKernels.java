package io.portolan.inference.core.compute;

import java.util.Arrays;

/** Plain Java, in loops that the second compiler turns into vector instructions by itself. */
@SuppressWarnings("FloatingPointLiteralPrecision") // as published
final class ScalarKernels implements Kernels {
  private static final double EPSILON = 1e-12;

  @Override
  public String name() {
    return "plain Java";
  }

  @Override
  public Matrix pack(float[] values, int rows, int columns) {
    return new Matrix(values.clone(), rows, columns);
  }

  @Override
  public void multiply(float[] a, int rows, Matrix matrix, float[] bias, float[] out) {
    int depth = matrix.rows();
    int width = matrix.columns();
    var b = matrix.values();
    for (int row = 0; row < rows; row++) {
      System.arraycopy(bias, 0, out, row * width, width);
      int inner = 0;
      for (; inner + 4 <= depth; inner += 4) {
        addFour(a, row * depth + inner, b, inner * width, width, out, row * width);
      }
      for (; inner < depth; inner++) {
        float factor = a[row * depth + inner];
        for (int column = 0; column < width; column++) {
          out[row * width + column] += factor * b[inner * width + column];
        }
      }
    }
  }

  private static void addFour(
      float[] a, int at, float[] b, int from, int width, float[] out, int to) {
    float a0 = a[at];
    float a1 = a[at + 1];
    float a2 = a[at + 2];
    float a3 = a[at + 3];
    for (int i = 0; i < width; i++) {
      out[to + i] +=
          a0 * b[from + i]
              + a1 * b[from + width + i]
              + a2 * b[from + 2 * width + i]
              + a3 * b[from + 3 * width + i];
    }
  }

  @Override
  public void addAndNormalize(float[] x, float[] residual, int rows, float[] scale, float[] shift) {
    int width = scale.length;
    for (int row = 0, at = 0; row < rows; row++, at += width) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        x[at + i] += residual[at + i];
        sum += x[at + i];
      }
      double mean = sum / width;
      double squares = 0;
      for (int i = 0; i < width; i++) {
        double off = x[at + i] - mean;
        squares += off * off;
      }
      double factor = 1 / Math.sqrt(squares / width + EPSILON);
      for (int i = 0; i < width; i++) {
        x[at + i] = (float) ((x[at + i] - mean) * factor) * scale[i] + shift[i];
      }
    }
  }

  @Override
  public void gelu(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = 0.5f * x[i] * (1 + erf(x[i] * 0.70710678f));
    }
  }

  /** Abramowitz and Stegun 7.1.26: off by 1.5e-7 at most. */
  static float erf(float x) {
    float size = Math.abs(x);
    float t = 1 / (1 + 0.3275911f * size);
    float polynomial =
        ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t
                + 0.254829592f)
            * t;
    float value = 1 - polynomial * (float) Math.exp(-size * size);
    return x < 0 ? -value : value;
  }

  @Override
  public void attend(float[] qkv, Attention text, float[] scratch, float[] out) {
    int stride = 3 * text.width();
    int depth = text.headWidth();
    float scaling = (float) (1 / Math.sqrt(depth));
    for (int head = 0; head < text.heads(); head++) {
      int base = text.firstRow() * stride + head * depth;
      for (int row = 0; row < text.tokens(); row++) {
        int query = base + row * stride;
        float most = Float.NEGATIVE_INFINITY;
        for (int other = 0; other < text.tokens(); other++) {
          int key = base + other * stride + text.width();
          float sum = 0;
          for (int i = 0; i < depth; i++) {
            sum += qkv[query + i] * qkv[key + i];
          }
          scratch[other] = sum * scaling;
          most = Math.max(most, scratch[other]);
        }
        float total = 0;
        for (int other = 0; other < text.tokens(); other++) {
          scratch[other] = (float) Math.exp(scratch[other] - most);
          total += scratch[other];
        }
        int to = (text.firstRow() + row) * text.width() + head * depth;
        Arrays.fill(out, to, to + depth, 0);
        for (int other = 0; other < text.tokens(); other++) {
          int value = base + other * stride + 2 * text.width();
          float share = scratch[other] / total;
          for (int i = 0; i < depth; i++) {
            out[to + i] += share * qkv[value + i];
          }
        }
      }
    }
  }

  @Override
  public void dots(float[] query, float[] rows, int from, int count, float[] out) {
    int width = query.length;
    for (int row = 0, at = from; row < count; row++, at += width) {
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      int i = 0;
      for (; i + 4 <= width; i += 4) {
        s0 += query[i] * rows[at + i];
        s1 += query[i + 1] * rows[at + i + 1];
        s2 += query[i + 2] * rows[at + i + 2];
        s3 += query[i + 3] * rows[at + i + 3];
      }
      for (; i < width; i++) {
        s0 += query[i] * rows[at + i];
      }
      out[row] = (s0 + s1) + (s2 + s3);
    }
  }

  @Override
  public void dots(short[] query, byte[] rows, int from, int count, int[] out) {
    int width = query.length;
    for (int row = 0, at = from; row < count; row++, at += width) {
      int sum = 0;
      for (int i = 0; i < width; i++) {
        sum += query[i] * rows[at + i];
      }
      out[row] = sum;
    }
  }
}
