package io.portolan.standalone.search;

import io.portolan.inference.core.EmbedOutcome;
import io.portolan.inference.core.EmbedOutcome.Embedded;
import io.portolan.inference.core.Embedder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Vectors of tools' texts. Those that were asked for last are kept: when one server's tools change,
 * the others' need not be computed again. For one thread at a time.
 */
final class ToolVectors {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int SOME = 32;

  private final Embedder embedder;
  private final InstantSource clock;
  private final Map<String, float[]> kept;

  /**
   * @param keptMax how many vectors are kept; each has some 2 KB with its text
   */
  ToolVectors(Embedder embedder, int keptMax, InstantSource clock) {
    this.embedder = embedder;
    this.clock = clock;
    this.kept =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > keptMax;
          }
        };
  }

  Embedder embedder() {
    return embedder;
  }

  /**
   * One vector for each text.
   *
   * @throws IllegalStateException if the embedder does not answer for minutes
   */
  List<float[]> of(List<String> texts) throws InterruptedException {
    var found = new LinkedHashMap<String, float[]>();
    var missing = new LinkedHashSet<String>();
    for (var text : texts) {
      var known = kept.get(text);
      if (known == null) {
        missing.add(text);
      } else {
        found.put(text, known);
      }
    }
    var left = new ArrayList<>(missing);
    for (int from = 0; from < left.size(); from += SOME) {
      // A few at a time: whoever searches meanwhile is not to wait for all of them.
      embed(left.subList(from, Math.min(left.size(), from + SOME)), found);
    }
    return texts.stream().map(found::get).toList();
  }

  private void embed(List<String> texts, Map<String, float[]> found) throws InterruptedException {
    switch (embedder.embed(texts, clock.instant().plus(PATIENCE))) {
      case Embedded(var _, var vectors) -> {
        for (int i = 0; i < texts.size(); i++) {
          found.put(texts.get(i), vectors.get(i));
          kept.put(texts.get(i), vectors.get(i));
        }
      }
      case EmbedOutcome refused ->
          throw new IllegalStateException("tools could not be embedded: " + refused);
    }
  }
}
