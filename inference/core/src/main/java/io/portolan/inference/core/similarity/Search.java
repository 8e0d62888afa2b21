package io.portolan.inference.core.similarity;

import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.similarity.Rows.Span;
import io.portolan.inference.core.similarity.SimilarityIndex.Hit;
import java.util.List;
import java.util.function.IntFunction;

/** One query on its way over the rows. For one thread. */
sealed interface Search permits FloatSearch, Int8Search {
  /** Whether any of the rows may be a result. */
  boolean wants(Span span);

  /** Compares the query with the rows. */
  void look(Rows rows, Span span, Kernels kernels);

  /** What was found once all rows were looked at. */
  List<Hit> hits(IntFunction<String> id, Rows rows, Kernels kernels);
}
