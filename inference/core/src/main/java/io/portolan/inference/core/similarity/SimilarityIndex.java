package io.portolan.inference.core.similarity;

import io.portolan.inference.core.ModelId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Vectors of one model by tenant and id, and the nearest of them. Safe for any number of threads; a
 * search sees each change of one call wholly or not at all. Blocks no longer than the arithmetic.
 */
public interface SimilarityIndex {
  /** Most results of a query. */
  int HITS_MAX = 1000;

  /**
   * A vector and what it belongs to.
   *
   * @param id unique within its tenant
   * @param attributes what a query may ask for, equal to the letter; at most 32
   * @param vector of length one, of the index's model; copied
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Entry(String id, Map<String, String> attributes, float[] vector) {
    public Entry {
      attributes = Map.copyOf(attributes);
      if (attributes.size() > 32) {
        throw new IllegalArgumentException("more than 32 attributes: " + attributes.size());
      }
    }
  }

  /**
   * A question.
   *
   * @param vector of length one, of the index's model
   * @param hitsMax how many of the nearest, 1 to {@value #HITS_MAX}
   * @param attributes what they must all have; empty for no matter
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Query(float[] vector, int hitsMax, Map<String, String> attributes) {
    public Query {
      attributes = Map.copyOf(attributes);
      if (hitsMax < 1 || hitsMax > HITS_MAX) {
        throw new IllegalArgumentException("hitsMax must be 1 to 1000: " + hitsMax);
      }
    }
  }

  /**
   * One of the nearest.
   *
   * @param score the cosine of the angle between the two, -1 to 1
   */
  record Hit(String id, float score) {}

  /** What became of an upsert. */
  sealed interface Upserted {
    /** All are there. */
    record Stored() implements Upserted {}

    /**
     * The index has room for no more; nothing was changed.
     *
     * @param vectorsMax all it has room for
     */
    record Full(long vectorsMax) implements Upserted {}
  }

  /** Whose vectors these are: comparing those of another model has no meaning. */
  ModelId model();

  /**
   * Adds the entries or puts them in place of those of the same id; all or none.
   *
   * @throws IllegalArgumentException if a vector is of another dimension or not of length one
   */
  Upserted upsert(String tenant, List<Entry> entries);

  /** Removes and overwrites; ids that are not there do not matter. Returns how many were. */
  int delete(String tenant, Collection<String> ids);

  /** Removes all of a tenant's. Returns how many there were. */
  int deleteAll(String tenant);

  /**
   * The nearest to each query, the nearest first, equal ones by id. Queries of one call share the
   * reading of the vectors.
   *
   * @return as many lists as queries, in their order
   */
  List<List<Hit>> search(String tenant, List<Query> queries);

  /** How many vectors a tenant has. */
  int size(String tenant);
}
