package io.portolan.inference.core.minilm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.inference.core.EmbedOutcome.Busy;
import io.portolan.inference.core.EmbedOutcome.Embedded;
import io.portolan.inference.core.EmbedOutcome.Late;
import io.portolan.inference.core.EmbedOutcome.TooMuch;
import io.portolan.inference.core.Embedder;
import io.portolan.inference.core.Texts;
import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.minilm.MiniLmEmbedder.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class MiniLmEmbedderTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static MiniLm model;

  @BeforeAll
  static void load() throws IOException {
    model = MiniLm.load(MiniLmEmbedderTest.class.getClassLoader(), Kernels.best());
  }

  private static Instant patient() {
    return CLOCK.instant().plus(Duration.ofMinutes(5));
  }

  private static MiniLmEmbedder embedder(int textsWaitingMax) {
    return new MiniLmEmbedder(model, new Limits(2, textsWaitingMax), CLOCK);
  }

  @Test
  void eachOfManyConcurrentCallersHasItsOwnVectors() throws Exception {
    var texts = Texts.some(120, 5);
    var encoder = model.encoder();
    var expected =
        texts.stream().map(t -> encoder.encode(List.of(model.tokens(t))).getFirst()).toList();
    try (var embedder = embedder(10_000).start();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Embedded> request = () -> (Embedded) embedder.embed(texts, patient());
      for (var result : callers.invokeAll(Collections.nCopies(4, request))) {
        assertThat(result.get().model()).isEqualTo(MiniLm.ID);
        var vectors = result.get().vectors();
        assertThat(vectors).hasSameSizeAs(texts);
        for (int i = 0; i < texts.size(); i++) {
          assertThat(cosine(vectors.get(i), expected.get(i))).isGreaterThan(0.9999);
        }
      }
    }
  }

  @Test
  void meaningsAreNearer() throws Exception {
    try (var embedder = embedder(10).start()) {
      var made =
          (Embedded)
              embedder.embed(
                  List.of("How do I open a bug report?", "create an issue", "bake a cake"),
                  patient());
      var vectors = made.vectors();
      assertThat(cosine(vectors.get(0), vectors.get(1)))
          .isGreaterThan(cosine(vectors.get(0), vectors.get(2)) + 0.2);
    }
  }

  @Test
  void whatWaitsIsBounded() throws Exception {
    // Nobody computes: it was not started.
    try (var embedder = embedder(5);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var deadline = CLOCK.instant().plusMillis(200);
      assertThat(embedder.embed(List.of("1", "2", "3", "4", "5", "6"), deadline))
          .isInstanceOf(Busy.class);
      assertThat(embedder.embed(List.of("1", "2", "3", "4", "5"), deadline))
          .isInstanceOf(Late.class);
      // What nobody waits for any more makes room.
      var second =
          callers.submit(() -> embedder.embed(List.of("1", "2", "3", "4", "5"), patient()));
      embedder.start();
      assertThat(second.get()).isInstanceOf(Embedded.class);
    }
  }

  @Test
  void aRequestThatIsTooLargeIsRefused() throws Exception {
    try (var embedder = embedder(10_000)) {
      assertThat(embedder.embed(Collections.nCopies(Embedder.TEXTS_MAX + 1, "x"), patient()))
          .isEqualTo(new TooMuch("texts", Embedder.TEXTS_MAX, Embedder.TEXTS_MAX + 1));
      assertThat(embedder.embed(List.of("x".repeat(Embedder.CHARS_MAX + 1)), patient()))
          .isEqualTo(new TooMuch("characters", Embedder.CHARS_MAX, Embedder.CHARS_MAX + 1L));
      assertThat(embedder.embed(List.of(), patient()))
          .isEqualTo(new Embedded(MiniLm.ID, List.of()));
    }
  }

  @Test
  void theLargestRequestIsServed() throws Exception {
    try (var embedder = embedder(Embedder.TEXTS_MAX).start()) {
      var texts = IntStream.range(0, Embedder.TEXTS_MAX).mapToObj(i -> "t" + i).toList();
      assertThat(((Embedded) embedder.embed(texts, patient())).vectors())
          .hasSize(Embedder.TEXTS_MAX);
    }
  }

  @Test
  void whoWaitsWhenItIsClosedIsLetGo() throws Exception {
    var embedder = embedder(10);
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = callers.submit(() -> embedder.embed(List.of("x"), patient()));
      embedder.close();
      assertThat(waiting.get()).isInstanceOf(Late.class);
      assertThat(embedder.embed(List.of("x"), patient())).isInstanceOf(Late.class);
    }
  }

  @Test
  void aModelThatIsNotThereOrIsNoneIsAnError() {
    var nothing = new ClassLoader(null) {};
    assertThat(MiniLm.isAt(nothing)).isFalse();
    assertThat(MiniLm.isAt(MiniLmEmbedderTest.class.getClassLoader())).isTrue();
    assertThatThrownBy(() -> MiniLm.load(nothing, Kernels.best()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("class path");
    var garbage = new byte[][] {{}, {0x3a, 5, 1}, {0x3a, (byte) 0xFF, 1, 2}, {7, 7, 7}};
    for (var bytes : garbage) {
      assertThatThrownBy(() -> EncoderWeights.read(new ByteArrayInputStream(bytes), Kernels.best()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aModelThatIsCutOffIsAnError() {
    assertThatThrownBy(
            () -> {
              try (InputStream in =
                  MiniLmEmbedderTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
                EncoderWeights.read(
                    new ByteArrayInputStream(in.readNBytes(1 << 20)), Kernels.best());
              }
            })
        .isInstanceOf(IOException.class);
  }

  private static double cosine(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }
}
