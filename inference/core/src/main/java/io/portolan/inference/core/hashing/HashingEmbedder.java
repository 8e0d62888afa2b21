package io.portolan.inference.core.hashing;

import io.portolan.inference.core.EmbedOutcome;
import io.portolan.inference.core.Embedder;
import io.portolan.inference.core.ModelId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Embeds texts by the words and the trigrams they have in common: it finds spellings, not meanings.
 * For where the model is not there. Computes in the caller's thread and keeps nothing.
 */
public final class HashingEmbedder implements Embedder {
  private static final int WIDTH = 384;
  private static final ModelId ID = new ModelId("hashed-words-and-trigrams", "fp32", WIDTH);
  private static final int GRAM = 3;
  private static final float GRAM_WEIGHT = 0.4f;

  @Override
  public ModelId model() {
    return ID;
  }

  @Override
  public EmbedOutcome embed(List<String> texts, Instant deadline) {
    var tooMuch = EmbedOutcome.TooMuch.of(texts);
    if (tooMuch.isPresent()) {
      return tooMuch.get();
    }
    var vectors = new ArrayList<float[]>(texts.size());
    for (var text : texts) {
      vectors.add(vector(text));
    }
    return new EmbedOutcome.Embedded(ID, vectors);
  }

  private static float[] vector(String text) {
    var vector = new float[WIDTH];
    for (var word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
      if (word.isEmpty()) {
        continue;
      }
      add(vector, word, 1);
      var marked = "^" + word + "$";
      for (int at = 0; at + GRAM <= marked.length(); at++) {
        add(vector, marked.substring(at, at + GRAM) + "#", GRAM_WEIGHT);
      }
    }
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (squares == 0) {
      // No words at all: as near to every text as to any other.
      vector[0] = 1;
      return vector;
    }
    float factor = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < WIDTH; i++) {
      vector[i] *= factor;
    }
    return vector;
  }

  /** The hash's lowest bit is the sign, so that what collides does not add up. */
  private static void add(float[] vector, String feature, float weight) {
    int hash = feature.hashCode();
    hash ^= hash >>> 16;
    hash *= 0x85EBCA6B;
    hash ^= hash >>> 13;
    hash *= 0xC2B2AE35;
    hash ^= hash >>> 16;
    vector[Math.floorMod(hash >> 1, WIDTH)] += (hash & 1) == 0 ? weight : -weight;
  }

  @Override
  public void close() {}
}
