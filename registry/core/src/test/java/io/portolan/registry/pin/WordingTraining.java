package io.portolan.registry.pin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Trains {@link Wording}: logistic regression by gradient descent with momentum, always in the same
 * order. {@code main} writes the weights that the gateway uses.
 */
final class WordingTraining {
  private static final double PULL_TO_ZERO = 0.03;
  private static final double STEERING_COUNTS = 3;
  private static final double MOMENTUM = 0.9;
  private static final double STEP = 2;
  private static final int ROUNDS = 400;

  private WordingTraining() {}

  /** A sentence, and whether it steers. */
  record Example(Set<Integer> features, boolean steers) {
    static Example of(String sentence, boolean steers) {
      return new Example(Wording.features(sentence.toLowerCase(Locale.ROOT)), steers);
    }
  }

  static List<String> lines(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(WordingTraining.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** First sentences of the descriptions of real tools. */
  static List<String> realDescriptions() throws IOException {
    var tools = Path.of("../../deploy/standalone/src/test/resources/tool-search/tools.tsv");
    return Files.readAllLines(tools).stream().map(line -> line.split("\t")[2]).toList();
  }

  /** All that it is trained on; nothing of the texts that are called unseen. */
  static List<Example> examples() throws IOException {
    var examples = new ArrayList<Example>();
    for (var text : lines("poisoned.txt")) {
      var sentences = Wording.sentences(text);
      // The first one says what the tool does, where there are others.
      var from = sentences.size() > 1 ? 1 : 0;
      sentences.subList(from, sentences.size()).forEach(s -> examples.add(Example.of(s, true)));
    }
    for (var text : lines("steering.txt")) {
      Wording.sentences(text).forEach(s -> examples.add(Example.of(s, true)));
    }
    for (var texts : List.of(lines("harmless.txt"), lines("describing.txt"), realDescriptions())) {
      for (var text : texts) {
        Wording.sentences(text).forEach(s -> examples.add(Example.of(s, false)));
      }
    }
    return examples;
  }

  static Wording trained(List<Example> examples) {
    return new Wording(weights(examples));
  }

  static double[] weights(List<Example> examples) {
    var weights = new double[Wording.DIMENSION + 1];
    var speed = new double[weights.length];
    for (int round = 0; round < ROUNDS; round++) {
      var slope = new double[weights.length];
      for (var example : examples) {
        var length = Math.sqrt(example.features().size());
        var sum = 0.0;
        for (int feature : example.features()) {
          sum += weights[feature];
        }
        var odds = sum / length + weights[Wording.DIMENSION];
        var error = 1 / (1 + Math.exp(-odds)) - (example.steers() ? 1 : 0);
        var counted = example.steers() ? STEERING_COUNTS * error : error;
        for (int feature : example.features()) {
          slope[feature] += counted / length;
        }
        slope[Wording.DIMENSION] += counted;
      }
      for (int i = 0; i < weights.length; i++) {
        var pull = i == Wording.DIMENSION ? 0 : PULL_TO_ZERO * weights[i];
        speed[i] = MOMENTUM * speed[i] - STEP * (slope[i] + pull) / examples.size();
        weights[i] += speed[i];
      }
    }
    return Arrays.stream(weights).map(w -> Math.round(w * 1000) / 1000.0).toArray();
  }

  /** Writes the weights into the folder that is named. */
  public static void main(String[] folder) throws IOException {
    var weights = weights(examples());
    var text = new StringBuilder();
    for (int i = 0; i < weights.length; i++) {
      text.append(weights[i]).append(i % 16 == 15 ? '\n' : ' ');
    }
    Files.writeString(Path.of(folder[0], "wording.txt"), text.toString().strip() + "\n");
  }
}
