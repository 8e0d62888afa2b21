package io.portolan.inference.core.minilm;

import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.compute.Matrix;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights of the encoder, the matrices in the order of the kernels. Immutable; about 45 MB of
 * heap, and 47 MB outside it for the words.
 *
 * @param words one row a token
 * @param positions one row a place, with what says "first text" added
 * @param embedding scale and shift behind the embeddings
 * @param layers the layers, the first one first
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record EncoderWeights(MemorySegment words, float[] positions, Norm embedding, List<Layer> layers) {
  static final int WIDTH = 384;
  static final int INNER_WIDTH = 1536;
  static final int HEADS = 12;
  private static final int LAYERS = 6;

  /** Scale and shift of a normalisation. */
  record Norm(float[] scale, float[] shift) {}

  /** A matrix and what is added. */
  record Linear(Matrix matrix, float[] bias) {}

  /** One layer; {@code attention} makes query, key and value side by side. */
  record Layer(
      Linear attention, Linear output, Norm afterAttention, Linear up, Linear down, Norm last) {}

  EncoderWeights {
    layers = List.copyOf(layers);
  }

  /** Reads the ONNX file of the model as sentence-transformers exports it. */
  static EncoderWeights read(InputStream onnx, Kernels kernels) throws IOException {
    var file = OnnxFile.read(onnx);
    var reading = new Reading(file, kernels);
    var layers = new ArrayList<Layer>();
    for (int layer = 0; layer < LAYERS; layer++) {
      layers.add(reading.layer("encoder.layer." + layer + ".", "/encoder/layer." + layer + "/"));
    }
    return new EncoderWeights(
        reading.words(), reading.positions(), reading.norm("embeddings.LayerNorm"), layers);
  }

  int vocabularySize() {
    return (int) (words.byteSize() / (WIDTH * Float.BYTES));
  }

  int positionsMax() {
    return positions.length / WIDTH;
  }

  private record Reading(OnnxFile file, Kernels kernels) {
    MemorySegment words() throws IOException {
      var words = file.tensor("embeddings.word_embeddings.weight");
      if (words.dimensions().size() != 2 || words.dimensions().get(1) != WIDTH) {
        throw new IOException("the model's words are not rows of " + WIDTH);
      }
      return words.values();
    }

    float[] positions() throws IOException {
      var places = file.tensor("embeddings.position_embeddings.weight").floats();
      var types = vector("embeddings.token_type_embeddings.weight", 2 * WIDTH);
      for (int i = 0; i < places.length; i++) {
        places[i] += types[i % WIDTH];
      }
      return places;
    }

    Layer layer(String named, String node) throws IOException {
      return new Layer(
          attention(named, node),
          linear(named, node, "attention.output.dense", new Shape(WIDTH, WIDTH)),
          norm(named + "attention.output.LayerNorm"),
          linear(named, node, "intermediate.dense", new Shape(WIDTH, INNER_WIDTH)),
          linear(named, node, "output.dense", new Shape(INNER_WIDTH, WIDTH)),
          norm(named + "output.LayerNorm"));
    }

    private Linear attention(String named, String node) throws IOException {
      var joined = new float[WIDTH * 3 * WIDTH];
      var bias = new float[3 * WIDTH];
      var parts = List.of("query", "key", "value");
      for (int part = 0; part < 3; part++) {
        var own = "attention.self." + parts.get(part);
        var values = matrix(node, own, new Shape(WIDTH, WIDTH));
        for (int row = 0; row < WIDTH; row++) {
          System.arraycopy(values, row * WIDTH, joined, (row * 3 + part) * WIDTH, WIDTH);
        }
        System.arraycopy(vector(named + own + ".bias", WIDTH), 0, bias, part * WIDTH, WIDTH);
      }
      return new Linear(kernels.pack(joined, WIDTH, 3 * WIDTH), bias);
    }

    private Linear linear(String named, String node, String part, Shape shape) throws IOException {
      var values = matrix(node, part, shape);
      return new Linear(
          kernels.pack(values, shape.rows(), shape.columns()),
          vector(named + part + ".bias", shape.columns()));
    }

    private float[] matrix(String node, String part, Shape shape) throws IOException {
      var found = file.weightsOf(node + part.replace('.', '/') + "/MatMul");
      if (!found.dimensions().equals(List.of((long) shape.rows(), (long) shape.columns()))) {
        throw new IOException("weights of " + node + part + " are " + found.dimensions());
      }
      return found.floats();
    }

    Norm norm(String name) throws IOException {
      return new Norm(vector(name + ".weight", WIDTH), vector(name + ".bias", WIDTH));
    }

    private float[] vector(String name, int length) throws IOException {
      var values = file.tensor(name).floats();
      if (values.length != length) {
        throw new IOException("weights '" + name + "' are not " + length + " long");
      }
      return values;
    }
  }

  private record Shape(int rows, int columns) {}
}
