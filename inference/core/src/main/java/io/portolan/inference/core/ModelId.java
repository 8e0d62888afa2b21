package io.portolan.inference.core;

/**
 * What made a vector. Vectors of two models are never compared: not even those of one model in two
 * precisions, whose cosine may fall below 0.98.
 *
 * @param name the model, such as {@code all-MiniLM-L6-v2}; not empty
 * @param precision how it was computed, such as {@code fp32}; not empty
 * @param dimension length of its vectors, 1 to 4096
 */
public record ModelId(String name, String precision, int dimension) {
  public ModelId {
    if (name.isEmpty() || precision.isEmpty()) {
      throw new IllegalArgumentException("a model has a name and a precision");
    }
    if (dimension < 1 || dimension > 4096) {
      throw new IllegalArgumentException("dimension must be 1 to 4096: " + dimension);
    }
  }

  /** One word for logs, results and stored vectors. */
  @Override
  public String toString() {
    return name + "/" + precision + "/" + dimension;
  }
}
