package io.portolan.bench.inference;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The same model in onnxruntime, with the tokenizer that it was published with. */
final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final HuggingFaceTokenizer tokenizer;

  OnnxRuntime(int threads) throws IOException, OrtException {
    var loader = OnnxRuntime.class.getClassLoader();
    try (var model = loader.getResourceAsStream("all-minilm-l6-v2.onnx");
        var vocabulary = loader.getResourceAsStream("all-minilm-l6-v2-tokenizer.json");
        var options = new OrtSession.SessionOptions()) {
      if (model == null || vocabulary == null) {
        throw new IOException("the model is not on the class path");
      }
      options.setIntraOpNumThreads(threads);
      session = environment.createSession(model.readAllBytes(), options);
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              vocabulary, Map.of("padding", "true", "maxLength", "256", "truncation", "true"));
    }
  }

  /** One mean over the tokens for each text. */
  float[][] embed(List<String> texts) throws OrtException {
    var encodings = tokenizer.batchEncode(texts);
    var ids = new long[encodings.length][];
    var mask = new long[encodings.length][];
    for (int i = 0; i < encodings.length; i++) {
      ids[i] = encodings[i].getIds();
      mask[i] = encodings[i].getAttentionMask();
    }
    try (var input = OnnxTensor.createTensor(environment, ids);
        var attention = OnnxTensor.createTensor(environment, mask);
        var types = OnnxTensor.createTensor(environment, new long[ids.length][ids[0].length]);
        var result =
            session.run(
                Map.of("input_ids", input, "attention_mask", attention, "token_type_ids", types))) {
      var rows = (float[][][]) result.get(0).getValue();
      var vectors = new float[rows.length][rows[0][0].length];
      for (int text = 0; text < rows.length; text++) {
        for (int token = 0; token < rows[text].length; token++) {
          for (int i = 0; mask[text][token] == 1 && i < vectors[text].length; i++) {
            vectors[text][i] += rows[text][token][i];
          }
        }
      }
      return vectors;
    }
  }

  @Override
  public void close() throws OrtException {
    tokenizer.close();
    session.close();
  }
}
