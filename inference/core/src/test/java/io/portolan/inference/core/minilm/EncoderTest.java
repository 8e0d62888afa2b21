package io.portolan.inference.core.minilm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.portolan.inference.core.Texts;
import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.compute.KernelsTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The encoder beside onnxruntime, which runs the very file that the weights are read from. */
class EncoderTest {
  private static final double DIFFERENCE_MAX = 1e-4;

  /** Read once for all tests, which run one after the other. */
  private static final Map<String, MiniLm> MODELS = new HashMap<>();

  @Test
  void vectorsAreThoseOfTheReference() throws Exception {
    var model = load(Kernels.best());
    assertThat(model.engine()).startsWith("Vector API");
    assertNearReference(model, Texts.some(500, 8));
  }

  @Test
  void vectorsAreThoseOfTheReferenceWithoutTheVectorApi() throws Exception {
    var model = load(KernelsTest.scalar());
    assertThat(model.engine()).isEqualTo("plain Java");
    assertNearReference(model, Texts.some(50, 9));
  }

  static List<Kernels> kernels() {
    return List.of(Kernels.best(), KernelsTest.scalar());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void textsBesideItDoNotChangeAVector(Kernels kernels) throws Exception {
    var model = load(kernels);
    var encoder = model.encoder();
    var tokens = Texts.some(20, 3).stream().map(model::tokens).toList();
    var together = encoder.encode(tokens);
    for (int i = 0; i < tokens.size(); i++) {
      var alone = encoder.encode(List.of(tokens.get(i))).getFirst();
      assertThat(difference(alone, together.get(i))).as("text " + i).isLessThan(1e-5);
    }
  }

  @Test
  void aPassMayBeFull() throws Exception {
    var model = load(Kernels.best());
    var longest = model.tokens("word ".repeat(1000));
    assertThat(longest).hasSize(Encoder.TEXT_TOKENS_MAX);
    var pass = new ArrayList<int[]>();
    for (int tokens = 0; tokens < Encoder.TOKENS_MAX; tokens += longest.length) {
      pass.add(longest);
    }
    var vectors = model.encoder().encode(pass);
    assertThat(vectors).hasSize(Encoder.TOKENS_MAX / Encoder.TEXT_TOKENS_MAX);
    assertThat(difference(vectors.getFirst(), vectors.getLast())).isLessThan(1e-5);
  }

  private static void assertNearReference(MiniLm model, List<String> texts) throws Exception {
    var encoder = model.encoder();
    double largest = 0;
    try (var reference = new Reference()) {
      for (int from = 0; from < texts.size(); from += 10) {
        var tokens =
            texts.subList(from, Math.min(texts.size(), from + 10)).stream()
                .map(model::tokens)
                .map(ids -> Arrays.copyOf(ids, Math.min(ids.length, 100)))
                .toList();
        var vectors = encoder.encode(tokens);
        for (int i = 0; i < tokens.size(); i++) {
          double off = difference(reference.encode(tokens.get(i)), vectors.get(i));
          assertThat(off).as(texts.get(from + i)).isLessThan(DIFFERENCE_MAX);
          largest = Math.max(largest, off);
        }
      }
    }
    System.out.printf(
        "%s: largest difference over %d texts %.2e%n", model.engine(), texts.size(), largest);
  }

  private static MiniLm load(Kernels kernels) {
    return MODELS.computeIfAbsent(
        kernels.name(),
        _ -> {
          try {
            return MiniLm.load(EncoderTest.class.getClassLoader(), kernels);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static double difference(float[] one, float[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs(one[i] - other[i]));
    }
    return largest;
  }

  /** onnxruntime, with the mean over the tokens and the length of one done here. */
  private static final class Reference implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    Reference() throws IOException, OrtException {
      try (var in = EncoderTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx");
          var options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(1);
        session = environment.createSession(in.readAllBytes(), options);
      }
    }

    float[] encode(int[] ids) throws OrtException {
      var tokens = Arrays.stream(ids).asLongStream().toArray();
      var ones = new long[ids.length];
      Arrays.fill(ones, 1);
      try (var input = OnnxTensor.createTensor(environment, new long[][] {tokens});
          var mask = OnnxTensor.createTensor(environment, new long[][] {ones});
          var types = OnnxTensor.createTensor(environment, new long[1][ids.length]);
          var result =
              session.run(
                  Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
        return pooled(((float[][][]) result.get(0).getValue())[0]);
      }
    }

    private static float[] pooled(float[][] rows) {
      var sums = new double[rows[0].length];
      for (var row : rows) {
        for (int i = 0; i < sums.length; i++) {
          sums[i] += row[i];
        }
      }
      double length = Math.sqrt(Arrays.stream(sums).map(sum -> sum * sum).sum());
      var vector = new float[sums.length];
      for (int i = 0; i < sums.length; i++) {
        vector[i] = (float) (sums[i] / length);
      }
      return vector;
    }

    @Override
    public void close() throws OrtException {
      session.close();
    }
  }
}
