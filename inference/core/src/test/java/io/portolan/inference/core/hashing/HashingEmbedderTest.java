package io.portolan.inference.core.hashing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.portolan.inference.core.EmbedOutcome.Embedded;
import io.portolan.inference.core.EmbedOutcome.TooMuch;
import io.portolan.inference.core.Embedder;
import io.portolan.inference.core.Texts;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HashingEmbedderTest {
  private final HashingEmbedder embedder = new HashingEmbedder();

  private List<float[]> vectors(List<String> texts) {
    return ((Embedded) embedder.embed(texts, Instant.MAX)).vectors();
  }

  @Test
  void vectorsHaveTheLengthOne() throws Exception {
    for (var vector : vectors(Texts.some(200, 1))) {
      assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
    }
    assertThat(dot(vectors(List.of("")).getFirst(), vectors(List.of("...")).getFirst()))
        .isEqualTo(1);
  }

  @Test
  void commonWordsAndSpellingsMakeTextsNear() {
    var v = vectors(List.of("list repositories", "list repository issues", "weather forecast"));
    assertThat(dot(v.get(0), v.get(1))).isGreaterThan(dot(v.get(0), v.get(2)) + 0.2);
  }

  @Test
  void aRequestThatIsTooLargeIsRefused() {
    assertThat(embedder.embed(Collections.nCopies(Embedder.TEXTS_MAX + 1, ""), Instant.MAX))
        .isInstanceOf(TooMuch.class);
    assertThat(vectors(Collections.nCopies(Embedder.TEXTS_MAX, ""))).hasSize(Embedder.TEXTS_MAX);
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
