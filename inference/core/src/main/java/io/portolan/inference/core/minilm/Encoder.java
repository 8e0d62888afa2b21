package io.portolan.inference.core.minilm;

import io.portolan.inference.core.compute.Attention;
import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.minilm.EncoderWeights.Layer;
import io.portolan.inference.core.minilm.EncoderWeights.Linear;
import java.util.List;

/*
 * The tokens of all texts of a pass lie in one matrix without gaps; only attention and the mean at
 * the end know where a text begins. So a short text costs nothing for a long one beside it.
 */

/** Runs tokens through the layers. For one thread at a time: it keeps what is in between. */
final class Encoder {
  /** Most tokens of a pass, all texts together. */
  static final int TOKENS_MAX = 1024;

  /** Most tokens of one text. */
  static final int TEXT_TOKENS_MAX = 256;

  private static final int WIDTH = EncoderWeights.WIDTH;
  private static final int HEADS = EncoderWeights.HEADS;
  private static final int ROWS_MAX = TOKENS_MAX + Kernels.ROW_GROUP;

  private final EncoderWeights weights;
  private final Kernels kernels;
  private final float[] states = new float[ROWS_MAX * WIDTH];
  private final float[] wide = new float[ROWS_MAX * EncoderWeights.INNER_WIDTH];
  private final float[] mixed = new float[ROWS_MAX * WIDTH];
  private final float[] projected = new float[ROWS_MAX * WIDTH];
  private final float[] scratch =
      new float[Attention.scratchFloats(TEXT_TOKENS_MAX, WIDTH / HEADS)];

  Encoder(EncoderWeights weights, Kernels kernels) {
    this.weights = weights;
    this.kernels = kernels;
  }

  /**
   * One unit vector for each text.
   *
   * @param texts tokens, 1 to {@value #TEXT_TOKENS_MAX} each, together up to {@value #TOKENS_MAX}
   */
  List<float[]> encode(List<int[]> texts) {
    int rows = embed(texts);
    for (var layer : weights.layers()) {
      run(layer, texts, rows);
    }
    int[] row = {0};
    return texts.stream()
        .map(
            tokens -> {
              var vector = mean(row[0], tokens.length);
              row[0] += tokens.length;
              return vector;
            })
        .toList();
  }

  private int embed(List<int[]> texts) {
    int rows = 0;
    for (var tokens : texts) {
      for (int place = 0; place < tokens.length; place++, rows++) {
        long word = (long) tokens[place] * WIDTH;
        for (int i = 0; i < WIDTH; i++) {
          mixed[rows * WIDTH + i] = weights.words().getAtIndex(OnnxFile.FLOATS, word + i);
        }
        System.arraycopy(weights.positions(), place * WIDTH, states, rows * WIDTH, WIDTH);
      }
    }
    var norm = weights.embedding();
    kernels.addAndNormalize(states, mixed, rows, norm.scale(), norm.shift());
    return rows;
  }

  private void run(Layer layer, List<int[]> texts, int rows) {
    multiply(states, rows, layer.attention(), wide);
    int first = 0;
    for (var tokens : texts) {
      kernels.attend(wide, new Attention(first, tokens.length, WIDTH, HEADS), scratch, mixed);
      first += tokens.length;
    }
    multiply(mixed, rows, layer.output(), projected);
    var middle = layer.afterAttention();
    kernels.addAndNormalize(states, projected, rows, middle.scale(), middle.shift());
    multiply(states, rows, layer.up(), wide);
    kernels.gelu(wide, rows * EncoderWeights.INNER_WIDTH);
    multiply(wide, rows, layer.down(), projected);
    var last = layer.last();
    kernels.addAndNormalize(states, projected, rows, last.scale(), last.shift());
  }

  private void multiply(float[] a, int rows, Linear by, float[] out) {
    kernels.multiply(a, rows, by.matrix(), by.bias(), out);
  }

  private float[] mean(int first, int tokens) {
    var vector = new float[WIDTH];
    for (int row = first; row < first + tokens; row++) {
      for (int i = 0; i < WIDTH; i++) {
        vector[i] += states[row * WIDTH + i];
      }
    }
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float factor = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < WIDTH; i++) {
      vector[i] *= factor;
    }
    return vector;
  }
}
