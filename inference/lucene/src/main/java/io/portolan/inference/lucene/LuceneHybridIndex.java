package io.portolan.inference.lucene;

import io.portolan.inference.core.ModelId;
import io.portolan.inference.core.hybrid.HybridIndex;
import io.portolan.inference.core.hybrid.Passage;
import io.portolan.inference.core.hybrid.ReciprocalRanks;
import io.portolan.inference.core.hybrid.ReciprocalRanks.Ranked;
import io.portolan.inference.core.similarity.SimilarityIndex;
import io.portolan.inference.core.similarity.SimilarityIndex.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.store.AlreadyClosedException;

/*
 * Vectors are compared exactly and not through Lucene's graphs: up to some hundred thousand of a
 * tenant that is fast enough, misses nothing, and costs nothing when passages change. What is in the
 * one and not yet in the other is found by one part only until both are there.
 */

/** A hybrid index in memory. */
public final class LuceneHybridIndex implements HybridIndex {
  private final SimilarityIndex vectors;

  // Held while both parts change, so that they have the same passages in the end. A tenant without
  // passages has no words.
  private final ReentrantLock changing = new ReentrantLock();
  private final ConcurrentHashMap<String, Words> words = new ConcurrentHashMap<>();

  /**
   * An index without passages.
   *
   * @param vectors empty, bounded, and used by nobody else
   */
  public LuceneHybridIndex(SimilarityIndex vectors) {
    this.vectors = vectors;
  }

  @Override
  public ModelId model() {
    return vectors.model();
  }

  @Override
  public Upserted upsert(String tenant, List<Passage> passages) {
    var entries = new ArrayList<Entry>(passages.size());
    for (var passage : passages) {
      entries.add(new Entry(passage.id(), passage.attributes(), passage.vector()));
    }
    changing.lock();
    try {
      return switch (vectors.upsert(tenant, entries)) {
        case SimilarityIndex.Upserted.Full(var max) -> new Upserted.Full(max);
        case SimilarityIndex.Upserted.Stored _ -> {
          wordsOf(tenant).put(passages);
          yield new Upserted.Stored();
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException("while passages were indexed", e);
    } finally {
      changing.unlock();
    }
  }

  private Words wordsOf(String tenant) throws IOException {
    var own = words.get(tenant);
    if (own == null) {
      own = new Words();
      words.put(tenant, own);
    }
    return own;
  }

  @Override
  public void delete(String tenant, Collection<String> ids) {
    changing.lock();
    try {
      vectors.delete(tenant, ids);
      var own = words.get(tenant);
      if (own != null && own.delete(ids) == 0) {
        forget(tenant);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("while passages were deleted", e);
    } finally {
      changing.unlock();
    }
  }

  @Override
  public void deleteAll(String tenant) {
    changing.lock();
    try {
      vectors.deleteAll(tenant);
      forget(tenant);
    } catch (IOException e) {
      throw new UncheckedIOException("while passages were deleted", e);
    } finally {
      changing.unlock();
    }
  }

  private void forget(String tenant) throws IOException {
    var own = words.remove(tenant);
    if (own != null) {
      own.close();
    }
  }

  @Override
  public List<Hit> search(String tenant, Query query) {
    var own = words.get(tenant);
    if (own == null) {
      return List.of();
    }
    try (var reading = own.reading()) {
      var byWords = reading.search(query);
      var fused = ReciprocalRanks.fuse(byWords, byVector(tenant, query));
      var hits = new ArrayList<Hit>();
      for (var each : fused) {
        var place = reading.place(each.id());
        // A passage that went between the two searches is not there.
        if (place != null && hits.size() < query.hitsMax()) {
          hits.add(new Hit(each.id(), place, each.score(), each.words(), each.vector(), model()));
        }
      }
      return List.copyOf(hits);
    } catch (AlreadyClosedException _) {
      return List.of(); // the last of them went just now
    } catch (IOException e) {
      throw new UncheckedIOException("while passages were searched", e);
    }
  }

  private List<Ranked> byVector(String tenant, Query query) {
    var vector = query.vector();
    if (vector.length == 0) {
      return List.of();
    }
    var asked = new SimilarityIndex.Query(vector, DEPTH, query.attributes());
    return vectors.search(tenant, List.of(asked)).getFirst().stream()
        .map(hit -> new Ranked(hit.id(), hit.score()))
        .toList();
  }

  @Override
  public long size(String tenant) {
    return vectors.size(tenant);
  }

  @Override
  public void close() {
    changing.lock();
    try {
      for (var tenant : List.copyOf(words.keySet())) {
        forget(tenant);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      changing.unlock();
    }
  }
}
