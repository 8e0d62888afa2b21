package io.portolan.inference.lucene;

import io.portolan.inference.core.ModelId;
import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.hybrid.HybridIndex;
import io.portolan.inference.core.similarity.ExactIndex;
import io.portolan.inference.core.similarity.ExactIndex.Scan;
import io.portolan.inference.testkit.HybridIndexContract;

class LuceneHybridIndexTest extends HybridIndexContract {
  @Override
  protected HybridIndex emptyIndex(ModelId model, long passagesMax) {
    return new LuceneHybridIndex(
        new ExactIndex(model, passagesMax, Kernels.best(), Scan.INT8_THEN_FLOAT));
  }
}
