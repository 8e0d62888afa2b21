package io.portolan.inference.core.similarity;

import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.similarity.Rows.Span;
import io.portolan.inference.core.similarity.SimilarityIndex.Hit;
import io.portolan.inference.core.similarity.SimilarityIndex.Query;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Compares the vectors themselves. */
final class FloatSearch implements Search {
  private final Query query;
  private final @Nullable BitSet allowed;
  private final Best best;
  private final Candidates candidates = new Candidates();
  private final float[] scores = new float[Rows.BLOCK_ROWS];

  FloatSearch(Query query, @Nullable BitSet allowed) {
    this.query = query;
    this.allowed = allowed;
    this.best = new Best(query.hitsMax());
  }

  @Override
  public boolean wants(Span span) {
    return allowed == null || allowsAny(allowed, span);
  }

  static boolean allowsAny(BitSet allowed, Span span) {
    int next = allowed.nextSetBit(span.first());
    return next >= 0 && next < span.first() + span.rows();
  }

  @Override
  public void look(Rows rows, Span span, Kernels kernels) {
    rows.dots(query.vector(), span, kernels, scores);
    for (int i = 0; i < span.rows(); i++) {
      float score = scores[i];
      if (score >= best.threshold() && (allowed == null || allowed.get(span.first() + i))) {
        best.offer(score);
        candidates.add(new Candidates.Scored(span.first() + i, score), best.threshold());
      }
    }
  }

  @Override
  public List<Hit> hits(IntFunction<String> id, Rows rows, Kernels kernels) {
    candidates.dropBelow(best.threshold());
    return candidates.best(query.hitsMax(), id);
  }
}
