package io.portolan.inference.core.hybrid;

import io.portolan.inference.core.ModelId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Passages by tenant and id, searched for words (BM25) and by vectors at once. Not the truth: it
 * can be made anew at any time from what the passages were made of. Safe for any number of threads;
 * what a call has changed, the next search finds. Methods may block on I/O; an engine that cannot
 * be reached throws {@link java.io.UncheckedIOException} and never answers with nothing instead.
 */
public interface HybridIndex extends AutoCloseable {
  /** Most results of a query. */
  int HITS_MAX = 100;

  /** Most characters of a query. */
  int QUERY_MAX = 4096;

  /** How far down each of the two rankings counts. */
  int DEPTH = 100;

  /**
   * A question.
   *
   * @param text its words; empty to search by the vector alone
   * @param vector of length one, of the index's model; none to search for words alone
   * @param attributes what passages must have; empty for no matter
   * @param hitsMax how many, 1 to {@value #HITS_MAX}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Query(String text, float[] vector, Map<String, String> attributes, int hitsMax) {
    /** To search for words alone. */
    public static Query words(String text, Map<String, String> attributes, int hitsMax) {
      return new Query(text, new float[0], attributes, hitsMax);
    }

    public Query {
      attributes = Map.copyOf(attributes);
      if (text.length() > QUERY_MAX) {
        throw new IllegalArgumentException("a query of " + text.length() + " characters");
      }
      if (hitsMax < 1 || hitsMax > HITS_MAX) {
        throw new IllegalArgumentException("hitsMax must be 1 to 100: " + hitsMax);
      }
    }
  }

  /**
   * A passage that was found.
   *
   * @param score the sum of {@code 1 / (60 + rank)} over the rankings it is in
   * @param words its place in the ranking by words
   * @param vector its place in the ranking by vectors
   * @param model what the vectors were made with
   */
  record Hit(
      String id, Passage.Place place, double score, Part words, Part vector, ModelId model) {}

  /**
   * A place in one ranking.
   *
   * @param rank from 1; 0 when it is not among the first {@value #DEPTH}
   * @param score what it was ranked by: BM25, or a cosine
   */
  record Part(int rank, double score) {
    /** Not in the ranking. */
    public static final Part NONE = new Part(0, 0);
  }

  /** What became of an upsert. */
  sealed interface Upserted {
    /** All are there. */
    record Stored() implements Upserted {}

    /**
     * There is room for no more; nothing was changed.
     *
     * @param passagesMax all there is room for
     */
    record Full(long passagesMax) implements Upserted {}
  }

  /** Whose vectors are compared here. */
  ModelId model();

  /**
   * Adds the passages, or puts them in place of those of the same id; all or none.
   *
   * @throws IllegalArgumentException if a vector is none of the model's
   */
  Upserted upsert(String tenant, List<Passage> passages);

  /** Removes passages for good; ids that are not there do not matter. */
  void delete(String tenant, Collection<String> ids);

  /** Removes all that a tenant has. */
  void deleteAll(String tenant);

  /** The best passages of a tenant, the best one first, equal ones by id. */
  List<Hit> search(String tenant, Query query);

  /** How many passages a tenant has. */
  long size(String tenant);

  @Override
  void close();
}
