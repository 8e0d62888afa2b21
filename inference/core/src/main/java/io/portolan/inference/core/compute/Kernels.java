package io.portolan.inference.core.compute;

/**
 * The arithmetic of encoder and similarity. Stateless and safe for any number of threads; arrays
 * are the callers' and are not kept. Both implementations agree to about 1e-6.
 */
public interface Kernels {
  /** Rows are computed in groups of so many: arrays of rows have room for a whole last group. */
  int ROW_GROUP = 6;

  /** Columns of a {@link Matrix} are a multiple of this. */
  int COLUMN_GROUP = 32;

  /** The Vector API's where the process was started with its module, else plain Java's. */
  static Kernels best() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? new VectorKernels()
        : new ScalarKernels();
  }

  /** A word for logs: what does the arithmetic. */
  String name();

  /**
   * Brings a matrix into the order in which {@link #multiply} reads it.
   *
   * @param values row by row
   * @param columns a multiple of {@value #COLUMN_GROUP}
   */
  Matrix pack(float[] values, int rows, int columns);

  /**
   * {@code out = a * matrix + bias}, row by row.
   *
   * @param a has room for {@code rows} rounded up to {@value #ROW_GROUP}, as has {@code out}; what
   *     comes of the rows beyond has no meaning
   */
  void multiply(float[] a, int rows, Matrix matrix, float[] bias, float[] out);

  /** {@code x = (x + residual)}, brought to mean 0 and variance 1 row by row, then scaled. */
  void addAndNormalize(float[] x, float[] residual, int rows, float[] scale, float[] shift);

  /** The exact form, {@code x * (1 + erf(x / sqrt 2)) / 2}, of the first {@code length} values. */
  void gelu(float[] x, int length);

  /**
   * Attention of the tokens of one text to each other.
   *
   * @param qkv rows of query, key and value, each of {@code width}
   * @param text where the text's rows are
   * @param scratch at least {@link Attention#scratchFloats} long
   * @param out rows of {@code width}
   */
  void attend(float[] qkv, Attention text, float[] scratch, float[] out);

  /** The inner products of one vector with {@code count} rows, the first at {@code from}. */
  void dots(float[] query, float[] rows, int from, int count, float[] out);

  /**
   * The inner products of one vector of small integers with {@code count} rows, the first at {@code
   * from}.
   *
   * @param query values of -63 to 63
   * @param rows values of -63 to 63, of the query's length each
   */
  void dots(short[] query, byte[] rows, int from, int count, int[] out);
}
