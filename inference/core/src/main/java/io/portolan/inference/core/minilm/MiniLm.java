package io.portolan.inference.core.minilm;

import io.portolan.inference.core.ModelId;
import io.portolan.inference.core.compute.Kernels;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The model, read once; shared by all that compute with it. Immutable. */
public final class MiniLm {
  /** What is stamped on its vectors, with the Vector API or without. */
  public static final ModelId ID = new ModelId("all-MiniLM-L6-v2", "fp32", EncoderWeights.WIDTH);

  private static final String WEIGHTS = "all-minilm-l6-v2.onnx";
  private static final String VOCABULARY = "all-minilm-l6-v2-tokenizer.json";

  private final EncoderWeights weights;
  private final WordPiece wordPiece;
  private final Kernels kernels;

  private MiniLm(EncoderWeights weights, WordPiece wordPiece, Kernels kernels) {
    this.weights = weights;
    this.wordPiece = wordPiece;
    this.kernels = kernels;
  }

  /** Whether the model is among the loader's resources. Reads none of it. */
  public static boolean isAt(ClassLoader loader) {
    return loader.getResource(WEIGHTS) != null && loader.getResource(VOCABULARY) != null;
  }

  /**
   * Reads the model from the loader's resources; takes about a second, 45 MB of heap and 47 MB
   * outside it.
   *
   * @throws IOException if it is not there, or is not this model
   */
  public static MiniLm load(ClassLoader loader, Kernels kernels) throws IOException {
    Vocabulary vocabulary;
    try (var in = open(loader, VOCABULARY)) {
      vocabulary = Vocabulary.read(in);
    }
    try (var in = open(loader, WEIGHTS)) {
      var weights = EncoderWeights.read(in, kernels);
      if (weights.vocabularySize() < vocabulary.size()
          || weights.positionsMax() < Encoder.TEXT_TOKENS_MAX) {
        throw new IOException("the model's weights and its vocabulary do not belong together");
      }
      return new MiniLm(weights, new WordPiece(vocabulary, Encoder.TEXT_TOKENS_MAX), kernels);
    }
  }

  private static InputStream open(ClassLoader loader, String resource) throws IOException {
    var in = loader.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("the model's " + resource + " is not on the class path");
    }
    return new BufferedInputStream(in, 1 << 16);
  }

  /** What computes: a word for logs. */
  public String engine() {
    return kernels.name();
  }

  int[] tokens(String text) {
    return wordPiece.tokens(text);
  }

  Encoder encoder() {
    return new Encoder(weights, kernels);
  }
}
