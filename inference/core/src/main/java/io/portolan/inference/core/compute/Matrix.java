package io.portolan.inference.core.compute;

/**
 * A matrix of weights in the order in which the kernels that made it read it. Immutable once made.
 *
 * @see Kernels#pack
 */
public final class Matrix {
  private final float[] values;
  private final int rows;
  private final int columns;

  Matrix(float[] values, int rows, int columns) {
    this.values = values;
    this.rows = rows;
    this.columns = columns;
  }

  float[] values() {
    return values;
  }

  /** Length of a row that is multiplied with it. */
  public int rows() {
    return rows;
  }

  /** Length of a row that comes out. */
  public int columns() {
    return columns;
  }
}
