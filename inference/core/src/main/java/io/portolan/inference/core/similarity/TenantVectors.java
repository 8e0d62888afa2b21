package io.portolan.inference.core.similarity;

import io.portolan.inference.core.compute.Kernels;
import io.portolan.inference.core.similarity.SimilarityIndex.Entry;
import io.portolan.inference.core.similarity.SimilarityIndex.Hit;
import io.portolan.inference.core.similarity.SimilarityIndex.Query;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/*
 * Rows have no gaps: the last one takes the place of one that is deleted. An attribute has a set of
 * the rows that have it, so a filter is known before anything is compared.
 */

/** The vectors of one tenant. A lock lets many search or one change; nothing waits in it. */
final class TenantVectors {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  // Row i belongs to entries.get(i); rowOf, having and rows say the same. All under the lock.
  private final Rows rows;
  private final List<Named> entries = new ArrayList<>();
  private final Map<String, Integer> rowOf = new HashMap<>();
  private final Map<Map.Entry<String, String>, BitSet> having = new HashMap<>();

  private record Named(String id, Map<String, String> attributes) {}

  TenantVectors(int width, ExactIndex.Scan scan) {
    this.rows = new Rows(width, scan);
  }

  /** Stores all if {@code reserve} grants the number of new ones, else none. */
  boolean upsert(List<Entry> changed, LongPredicate reserve) {
    lock.writeLock().lock();
    try {
      var added = new HashSet<String>();
      changed.stream().map(Entry::id).filter(id -> !rowOf.containsKey(id)).forEach(added::add);
      if (!reserve.test(added.size())) {
        return false;
      }
      for (var entry : changed) {
        put(entry);
      }
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void put(Entry entry) {
    var named = new Named(entry.id(), entry.attributes());
    var row = rowOf.get(entry.id());
    if (row == null) {
      row = entries.size();
      rowOf.put(entry.id(), row);
      entries.add(named);
    } else {
      unmark(entries.set(row, named), row);
    }
    mark(named, row);
    rows.put(row, entry.vector());
  }

  private void mark(Named named, int row) {
    for (var attribute : named.attributes().entrySet()) {
      having.computeIfAbsent(attribute, _ -> new BitSet()).set(row);
    }
  }

  private void unmark(Named named, int row) {
    for (var attribute : named.attributes().entrySet()) {
      var set = having.get(attribute);
      if (set != null) {
        set.clear(row);
        if (set.isEmpty()) {
          having.remove(attribute);
        }
      }
    }
  }

  int delete(Collection<String> ids) {
    lock.writeLock().lock();
    try {
      int deleted = 0;
      for (var id : ids) {
        var row = rowOf.remove(id);
        if (row != null) {
          remove(row);
          deleted++;
        }
      }
      return deleted;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void remove(int row) {
    unmark(entries.get(row), row);
    int lastRow = entries.size() - 1;
    var last = entries.remove(lastRow);
    if (row != lastRow) {
      unmark(last, lastRow);
      entries.set(row, last);
      rowOf.put(last.id(), row);
      mark(last, row);
    }
    rows.removeBy(row, lastRow);
  }

  int deleteAll() {
    lock.writeLock().lock();
    try {
      int deleted = entries.size();
      entries.clear();
      rowOf.clear();
      having.clear();
      rows.clear();
      return deleted;
    } finally {
      lock.writeLock().unlock();
    }
  }

  int size() {
    lock.readLock().lock();
    try {
      return entries.size();
    } finally {
      lock.readLock().unlock();
    }
  }

  List<List<Hit>> search(List<Query> queries, Kernels kernels) {
    lock.readLock().lock();
    try {
      var searches = new ArrayList<Search>();
      for (var query : queries) {
        searches.add(rows.search(query, allowed(query.attributes()), entries.size()));
      }
      rows.scan(searches, entries.size(), kernels);
      return searches.stream()
          .map(search -> search.hits(row -> entries.get(row).id(), rows, kernels))
          .toList();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The rows with all the attributes; null for all rows. */
  private @Nullable BitSet allowed(Map<String, String> attributes) {
    BitSet all = null;
    for (var attribute : attributes.entrySet()) {
      var set = having.getOrDefault(attribute, new BitSet());
      if (all == null) {
        all = (BitSet) set.clone();
      } else {
        all.and(set);
      }
    }
    return all;
  }
}
