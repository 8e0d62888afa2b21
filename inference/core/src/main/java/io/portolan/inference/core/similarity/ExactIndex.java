package io.portolan.inference.core.similarity;

import io.portolan.inference.core.ModelId;
import io.portolan.inference.core.compute.Kernels;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps all vectors in memory and compares each query with all of its tenant's: the nearest are
 * never missed. A vector of 384 takes about 2 KB.
 */
public final class ExactIndex implements SimilarityIndex {
  /** How a scan goes. */
  public enum Scan {
    /** Compares the vectors themselves. */
    FLOAT,
    /** Compares their bytes first, and itself whatever could be among the nearest: as exact. */
    INT8_THEN_FLOAT
  }

  private static final float LENGTH_ERROR_MAX = 1e-3f;

  private final ModelId model;
  private final long vectorsMax;
  private final Kernels kernels;
  private final Scan scan;
  private final ConcurrentHashMap<String, TenantVectors> tenants = new ConcurrentHashMap<>();

  // What is reserved or stored of all tenants, at most vectorsMax.
  private final AtomicLong vectors = new AtomicLong();

  /**
   * An empty index.
   *
   * @param vectorsMax most vectors of all tenants together
   */
  public ExactIndex(ModelId model, long vectorsMax, Kernels kernels, Scan scan) {
    this.model = model;
    this.vectorsMax = vectorsMax;
    this.kernels = kernels;
    this.scan = scan;
  }

  @Override
  public ModelId model() {
    return model;
  }

  @Override
  public Upserted upsert(String tenant, List<Entry> entries) {
    entries.forEach(entry -> check(entry.vector()));
    var own = tenants.computeIfAbsent(tenant, _ -> new TenantVectors(model.dimension(), scan));
    return own.upsert(entries, this::reserve)
        ? new Upserted.Stored()
        : new Upserted.Full(vectorsMax);
  }

  private boolean reserve(long count) {
    while (true) {
      long now = vectors.get();
      if (now + count > vectorsMax) {
        return false;
      }
      if (vectors.compareAndSet(now, now + count)) {
        return true;
      }
    }
  }

  private void check(float[] vector) {
    if (vector.length != model.dimension()) {
      throw new IllegalArgumentException(
          "a vector of " + vector.length + " where those of " + model + " are");
    }
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    // Written so that NaN is refused.
    if (!(Math.abs(squares - 1) <= LENGTH_ERROR_MAX)) {
      throw new IllegalArgumentException("the square of the vector's length is " + squares);
    }
  }

  @Override
  public int delete(String tenant, Collection<String> ids) {
    var own = tenants.get(tenant);
    int deleted = own == null ? 0 : own.delete(new HashSet<>(ids));
    vectors.addAndGet(-deleted);
    return deleted;
  }

  @Override
  public int deleteAll(String tenant) {
    var own = tenants.get(tenant);
    int deleted = own == null ? 0 : own.deleteAll();
    vectors.addAndGet(-deleted);
    return deleted;
  }

  @Override
  public List<List<Hit>> search(String tenant, List<Query> queries) {
    queries.forEach(query -> check(query.vector()));
    var own = tenants.get(tenant);
    return own == null
        ? queries.stream().map(_ -> List.<Hit>of()).toList()
        : own.search(queries, kernels);
  }

  @Override
  public int size(String tenant) {
    var own = tenants.get(tenant);
    return own == null ? 0 : own.size();
  }
}
