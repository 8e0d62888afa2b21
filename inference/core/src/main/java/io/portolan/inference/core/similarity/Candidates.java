package io.portolan.inference.core.similarity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/** Rows that may be among the results, each with the most that it can score. */
final class Candidates {
  /** A row and its score. */
  record Scored(int row, float score) {}

  private int[] rows = new int[64];
  private float[] scores = new float[64];
  private int count;

  /** Adds a row; when there is no room, those below the threshold are dropped first. */
  void add(Scored scored, float threshold) {
    if (count == rows.length) {
      dropBelow(threshold);
      if (2 * count > rows.length) {
        rows = Arrays.copyOf(rows, 2 * rows.length);
        scores = Arrays.copyOf(scores, rows.length);
      }
    }
    rows[count] = scored.row();
    scores[count++] = scored.score();
  }

  void dropBelow(float threshold) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (scores[i] >= threshold) {
        rows[kept] = rows[i];
        scores[kept++] = scores[i];
      }
    }
    count = kept;
  }

  int count() {
    return count;
  }

  int row(int i) {
    return rows[i];
  }

  void rescore(int i, float score) {
    scores[i] = score;
  }

  /** The best, the best one first; equal ones by id. */
  List<SimilarityIndex.Hit> best(int most, IntFunction<String> id) {
    var hits = new ArrayList<SimilarityIndex.Hit>(count);
    for (int i = 0; i < count; i++) {
      hits.add(new SimilarityIndex.Hit(id.apply(rows[i]), scores[i]));
    }
    hits.sort(
        Comparator.comparingDouble(SimilarityIndex.Hit::score)
            .reversed()
            .thenComparing(SimilarityIndex.Hit::id));
    return List.copyOf(hits.subList(0, Math.min(most, hits.size())));
  }
}
