package io.portolan.registry.pin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/*
 * Whoever steers a model says so in words of their own, and no list of phrases has them all. This is a
 * linear model over words, pairs of neighbours and pairs with one word between, hashed into a vector
 * of unit length: logistic regression, trained by WordingTraining (of the tests) on sentences that
 * steer and sentences that describe.
 */

/** How much a sentence is worded like those that steer models. Immutable. */
final class Wording {
  /** Of the vector of a sentence. */
  static final int DIMENSION = 4096;

  /** From here on a sentence is worded like those that steer: log-odds. */
  static final double STEERS = 0.5;

  private static final Pattern WORD = Pattern.compile("[a-z']+|[0-9]+|[<>/~@.#]");
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?:>])\\s+");
  private static final int SENTENCE_WORDS_MAX = 200;
  private static final Wording TRAINED = read();

  private final double[] weights; // the last one is the bias

  /**
   * @param weights one for each dimension, and the bias
   */
  Wording(double[] weights) {
    if (weights.length != DIMENSION + 1) {
      throw new IllegalArgumentException(weights.length + " weights; expected " + (DIMENSION + 1));
    }
    this.weights = weights.clone();
  }

  /** The one that was trained. */
  static Wording trained() {
    return TRAINED;
  }

  private static Wording read() {
    try (var in = Objects.requireNonNull(Wording.class.getResourceAsStream("wording.txt"))) {
      var numbers = new String(in.readAllBytes(), StandardCharsets.US_ASCII).trim().split("\\s+");
      var weights = new double[numbers.length];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Double.parseDouble(numbers[i]);
      }
      return new Wording(weights);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The sentences of a text in lower case. */
  static List<String> sentences(String plain) {
    var sentences = new ArrayList<String>();
    for (var sentence : SENTENCE_END.split(plain)) {
      if (!sentence.isBlank()) {
        sentences.add(sentence.strip());
      }
    }
    return sentences;
  }

  /** The log-odds that a sentence in lower case steers. */
  double of(String sentence) {
    return of(features(sentence));
  }

  /** The same of its features. */
  double of(Set<Integer> features) {
    var sum = 0.0;
    for (int feature : features) {
      sum += weights[feature];
    }
    return sum / Math.sqrt(features.size()) + weights[DIMENSION];
  }

  /** The places of the vector that are not zero; each is one over the root of their number. */
  static Set<Integer> features(String sentence) {
    var words = new ArrayList<String>();
    words.add("^");
    var matcher = WORD.matcher(sentence);
    while (matcher.find() && words.size() <= SENTENCE_WORDS_MAX) {
      words.add(matcher.group());
    }
    words.add("$");
    var features = new LinkedHashSet<Integer>();
    for (int i = 0; i < words.size(); i++) {
      features.add(hash(words.get(i)));
      if (i >= 1) {
        features.add(hash(words.get(i - 1) + "_" + words.get(i)));
      }
      if (i >= 2) {
        features.add(hash(words.get(i - 2) + "_*_" + words.get(i)));
      }
    }
    return features;
  }

  private static int hash(String feature) {
    var crc = new CRC32();
    crc.update(feature.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % DIMENSION);
  }
}
