package io.portolan.inference.core.similarity;

/** The largest of many scores, up to a number of them, in a heap whose root is the smallest. */
final class Best {
  private final float[] scores;
  private int count;

  Best(int countMax) {
    scores = new float[countMax];
  }

  /** What a score must exceed to be among them. */
  float threshold() {
    return count < scores.length ? Float.NEGATIVE_INFINITY : scores[0];
  }

  void offer(float score) {
    if (count < scores.length) {
      up(count++, score);
    } else if (score > scores[0]) {
      down(score);
    }
  }

  private void up(int start, float score) {
    int at = start;
    while (at > 0 && scores[(at - 1) / 2] > score) {
      scores[at] = scores[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    scores[at] = score;
  }

  private void down(float score) {
    int at = 0;
    while (2 * at + 1 < count) {
      int child = 2 * at + 1;
      if (child + 1 < count && scores[child + 1] < scores[child]) {
        child++;
      }
      if (scores[child] >= score) {
        break;
      }
      scores[at] = scores[child];
      at = child;
    }
    scores[at] = score;
  }
}
