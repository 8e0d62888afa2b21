package io.portolan.inference.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Texts in many scripts, the same in every run. */
public final class Texts {
  private Texts() {}

  /** Sentences of the file, then pieces of them joined at random. */
  public static List<String> some(int count, long seed) throws IOException {
    List<String> sentences;
    try (var in = Texts.class.getResourceAsStream("/sentences.txt")) {
      sentences = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    var random = new SplittableRandom(seed);
    var texts = new ArrayList<>(sentences.subList(0, Math.min(count, sentences.size())));
    while (texts.size() < count) {
      var words = new ArrayList<String>();
      for (int part = random.nextInt(1, 4); part > 0; part--) {
        var pieces = sentences.get(random.nextInt(sentences.size())).split(" ");
        int from = random.nextInt(pieces.length);
        words.addAll(List.of(pieces).subList(from, random.nextInt(from, pieces.length) + 1));
      }
      texts.add(String.join(" ", words));
    }
    return texts;
  }
}
