package io.portolan.inference.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What became of a request to embed texts. Nothing but {@link Embedded} has done any work. */
public sealed interface EmbedOutcome {
  /**
   * The vectors, in the order of the texts.
   *
   * @param model what made them
   * @param vectors each of length one and of the model's dimension; the caller's own
   */
  record Embedded(ModelId model, List<float[]> vectors) implements EmbedOutcome {
    public Embedded {
      vectors = List.copyOf(vectors);
    }
  }

  /**
   * More texts are waiting than may wait. Nothing was taken.
   *
   * @param retryAfter when it is worth asking again
   */
  record Busy(Duration retryAfter) implements EmbedOutcome {}

  /** The deadline passed before all vectors were there. */
  record Late() implements EmbedOutcome {}

  /**
   * More texts, or longer ones, than one request may have.
   *
   * @param limit the name of the limit
   * @param max its value
   * @param asked what was asked for
   */
  record TooMuch(String limit, long max, long asked) implements EmbedOutcome {
    /** What of the texts is more than any embedder takes. */
    public static Optional<TooMuch> of(List<String> texts) {
      if (texts.size() > Embedder.TEXTS_MAX) {
        return Optional.of(new TooMuch("texts", Embedder.TEXTS_MAX, texts.size()));
      }
      long chars = texts.stream().mapToLong(String::length).sum();
      return chars > Embedder.CHARS_MAX
          ? Optional.of(new TooMuch("characters", Embedder.CHARS_MAX, chars))
          : Optional.empty();
    }
  }
}
