package io.portolan.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bearer tokens of many callers, shared out to the connections of a run: no two connections
 * have the same one as long as there are enough. Thread-safe.
 *
 * @param tokens at least one
 * @param connections how many connections share them
 */
public record Bearers(List<String> tokens, int connections, AtomicInteger next) {
  public Bearers {
    tokens = List.copyOf(tokens);
  }

  /** Shares these out to so many connections. */
  public static Bearers of(List<String> tokens, int connections) {
    return new Bearers(tokens, connections, new AtomicInteger());
  }

  /** Those of one more connection. */
  List<String> share() {
    var first = next.getAndIncrement() % connections;
    var share = new ArrayList<String>();
    for (int i = first; i < tokens.size(); i += connections) {
      share.add(tokens.get(i));
    }
    return share.isEmpty() ? List.of(tokens.get(first % tokens.size())) : share;
  }
}
