package io.portolan.inference.core.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Vector API's arithmetic beside that of plain Java. */
public class KernelsTest {
  private final Kernels vector = Kernels.best();
  private final Kernels scalar = scalar();

  /** What runs where the Vector API is not there. */
  public static Kernels scalar() {
    return new ScalarKernels();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 6, 7, 96, 97, 200})
  void productsAgree(int rows) {
    var a = random(rows + Kernels.ROW_GROUP, 40);
    var b = random(40, 64);
    var bias = random(1, 64);
    var one = new float[(rows + Kernels.ROW_GROUP) * 64];
    var other = one.clone();
    vector.multiply(a, rows, vector.pack(b, 40, 64), bias, one);
    scalar.multiply(a, rows, scalar.pack(b, 40, 64), bias, other);
    assertNear(one, other, rows * 64, 1e-5f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 256})
  void attentionAgrees(int tokens) {
    var qkv = random(tokens + 3, 3 * 96);
    var text = new Attention(2, tokens, 96, 3);
    var scratch = new float[Attention.scratchFloats(256, 32)];
    var one = new float[(tokens + 3) * 96];
    var other = one.clone();
    vector.attend(qkv, text, scratch, one);
    scalar.attend(qkv, text, scratch, other);
    assertNear(one, other, one.length, 1e-5f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 1000})
  void geluAgreesAndIsExactEnough(int length) {
    var one = random(1, length);
    for (int i = 0; i < length; i++) {
      one[i] *= 8;
    }
    var given = one.clone();
    var other = one.clone();
    vector.gelu(one, length);
    scalar.gelu(other, length);
    assertNear(one, other, length, 2e-6f);
    for (int i = 0; i < length; i++) {
      assertThat(one[i]).isCloseTo((float) exactGelu(given[i]), within(3e-6f));
    }
  }

  /** By the integral itself: Simpson's rule in double precision. */
  private static double exactGelu(double x) {
    double end = Math.abs(x) / Math.sqrt(2);
    int steps = 2000;
    double sum = 1 + Math.exp(-end * end);
    for (int i = 1; i < steps; i++) {
      double at = end * i / steps;
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-at * at);
    }
    double erf = 2 / Math.sqrt(Math.PI) * sum * end / steps / 3;
    return x * (1 + Math.signum(x) * erf) / 2;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void normalisationAgrees(int rows) {
    var one = random(rows, 384);
    var other = one.clone();
    var residual = random(rows, 384);
    var scale = random(1, 384);
    var shift = random(1, 384);
    vector.addAndNormalize(one, residual, rows, scale, shift);
    scalar.addAndNormalize(other, residual, rows, scale, shift);
    assertNear(one, other, one.length, 1e-5f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 127, 128, 129, 384, 1024})
  void innerProductsAgree(int width) {
    var query = random(1, width);
    var rows = random(9, width);
    var one = new float[8];
    var other = new float[8];
    vector.dots(query, rows, width, 8, one);
    scalar.dots(query, rows, width, 8, other);
    assertNear(one, other, 8, 1e-4f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 127, 128, 129, 384, 1024})
  void innerProductsOfTheLargestIntegersAreExact(int width) {
    var query = new short[width];
    var rows = new byte[9 * width];
    java.util.Arrays.fill(query, (short) 63);
    var random = new SplittableRandom(width);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (byte) (i < 2 * width ? -63 : random.nextInt(-63, 64));
    }
    var one = new int[8];
    var other = new int[8];
    vector.dots(query, rows, width, 8, one);
    scalar.dots(query, rows, width, 8, other);
    assertThat(one).containsExactly(other).startsWith(-63 * 63 * width);
  }

  private static float[] random(int rows, int columns) {
    var random = new SplittableRandom(31L * rows + columns);
    var values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private static void assertNear(float[] one, float[] other, int length, float most) {
    for (int i = 0; i < length; i++) {
      assertThat(one[i]).as("at " + i).isCloseTo(other[i], within(most));
    }
  }
}
