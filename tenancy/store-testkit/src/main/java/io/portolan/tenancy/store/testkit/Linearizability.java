package io.portolan.tenancy.store.testkit;

import io.portolan.tenancy.store.testkit.Operation.Ending;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for an order of a history's operations in which each answer is right, and none comes before
 * one that had ended when it began: the search of Wing and Gong, remembering what led nowhere.
 */
public final class Linearizability {
  /** The search is exponential in the width of a history: more is no longer checked in time. */
  private static final int OPERATIONS_MAX = 12;

  private Linearizability() {}

  /** Whether there is such an order, from {@code initial} on, for at most 12 operations. */
  public static <S> boolean holds(S initial, List<Operation<S>> history) {
    if (history.size() > OPERATIONS_MAX) {
      throw new IllegalArgumentException(history.size() + " operations in one window");
    }
    return new Search<>(history).from(0, initial);
  }

  /** A point of the search: which operations are placed, and the state they lead to. */
  private record Point<S>(int placed, S state) {}

  private static final class Search<S> {
    private final List<Operation<S>> history;
    private final int answered;
    private final Set<Point<S>> dead = new HashSet<>();

    Search(List<Operation<S>> history) {
      this.history = history;
      var bits = 0;
      for (int i = 0; i < history.size(); i++) {
        bits |= history.get(i).ending() == Ending.ANSWERED ? 1 << i : 0;
      }
      this.answered = bits;
    }

    boolean from(int placed, S state) {
      if ((placed & answered) == answered) {
        return true;
      }
      if (dead.contains(new Point<>(placed, state))) {
        return false;
      }
      var firstReturn = firstReturn(placed);
      for (int i = 0; i < history.size(); i++) {
        var operation = history.get(i);
        if ((placed & 1 << i) != 0 || operation.invokedNanos() > firstReturn) {
          continue;
        }
        var next = operation.effect().on(state);
        if (next.isPresent() && from(placed | 1 << i, next.get())) {
          return true;
        }
      }
      dead.add(new Point<>(placed, state));
      return false;
    }

    /** What is placed next must have begun before any other of the rest had ended. */
    private long firstReturn(int placed) {
      var first = Long.MAX_VALUE;
      for (int i = 0; i < history.size(); i++) {
        if ((placed & 1 << i) == 0) {
          first = Math.min(first, history.get(i).returnedNanos());
        }
      }
      return first;
    }
  }
}
