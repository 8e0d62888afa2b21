package io.portolan.tenancy.policy;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/*
 * Two generations instead of an order of use: a look-up writes nothing, and what was used since the
 * last change of generations survives the next.
 */

/**
 * Keeps what was computed, in two generations of at most {@code max} entries each. Thread-safe;
 * computes at most a few times more often than needed when threads race.
 */
final class Generations<K, V> {
  private final int max;
  private volatile ConcurrentHashMap<K, V> young = new ConcurrentHashMap<>();
  private volatile ConcurrentHashMap<K, V> old = new ConcurrentHashMap<>();

  Generations(int max) {
    this.max = max;
  }

  V get(K key, Function<K, V> compute) {
    var known = young.get(key);
    if (known != null) {
      return known;
    }
    var older = old.get(key);
    var value = older != null ? older : compute.apply(key);
    return keep(key, value);
  }

  private V keep(K key, V value) {
    if (young.size() >= max) {
      synchronized (this) {
        if (young.size() >= max) {
          old = young;
          young = new ConcurrentHashMap<>();
        }
      }
    }
    var other = young.putIfAbsent(key, value);
    return other == null ? value : other;
  }

  int size() {
    return young.size() + old.size();
  }
}
