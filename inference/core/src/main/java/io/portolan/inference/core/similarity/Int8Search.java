package io.portolan.inference.core.similarity;

import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.similarity.Rows.Span;
import io.portolan.inference.core.similarity.SimilarityIndex.Hit;
import io.portolan.inference.core.similarity.SimilarityIndex.Query;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/*
 * With q = q' + e and v = v' + f, where q' and v' are the rounded vectors, q.v - q'.v' = q.f + e.v',
 * which is at most |q||f| + |e||v'| in size, and |v'| is at most |v| + |f|. So each score lies in a
 * known range around that of the bytes. Whatever reaches at the top of its range the k-th best of
 * the bottoms may be among the k nearest; nothing else can. These are compared exactly.
 */

/** Compares bytes first, and exactly whatever could be among the nearest by them. */
final class Int8Search implements Search {
  /** Lengths are 1 to 5e-4, and the sums of floats are rounded. */
  private static final float LENGTH_MAX = 1.001f;

  private static final float SUM_ERROR = 1e-5f;

  private final Query query;
  private final @Nullable BitSet allowed;
  private final Rounded rounded;
  private final Best best;
  private final Candidates candidates = new Candidates();
  private final int[] sums = new int[Rows.BLOCK_ROWS];

  Int8Search(Query query, @Nullable BitSet allowed) {
    this.query = query;
    this.allowed = allowed;
    this.rounded = Rounded.of(query.vector());
    this.best = new Best(query.hitsMax());
  }

  @Override
  public boolean wants(Span span) {
    return allowed == null || FloatSearch.allowsAny(allowed, span);
  }

  @Override
  public void look(Rows rows, Span span, Kernels kernels) {
    rows.dots(rounded.values(), span, kernels, sums);
    var scales = rows.scales(span.first());
    var errors = rows.errors(span.first());
    int place = Rows.place(span.first());
    float ofQuery = rounded.error() * LENGTH_MAX + SUM_ERROR;
    float ofRow = LENGTH_MAX + rounded.error();
    float threshold = best.threshold();
    for (int i = 0; i < span.rows(); i++) {
      float middle = sums[i] * rounded.scale() * scales[place + i];
      float range = ofQuery + ofRow * errors[place + i];
      if (middle + range >= threshold && (allowed == null || allowed.get(span.first() + i))) {
        best.offer(middle - range);
        threshold = best.threshold();
        candidates.add(new Candidates.Scored(span.first() + i, middle + range), threshold);
      }
    }
  }

  @Override
  public List<Hit> hits(IntFunction<String> id, Rows rows, Kernels kernels) {
    candidates.dropBelow(best.threshold());
    var score = new float[1];
    for (int i = 0; i < candidates.count(); i++) {
      rows.dots(query.vector(), new Span(candidates.row(i), 1), kernels, score);
      candidates.rescore(i, score[0]);
    }
    return candidates.best(query.hitsMax(), id);
  }
}
