package io.portolan.gateway.core.edge;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How often each limit was reached since the start. Thread-safe. */
public final class LimitCounts {
  private final Map<Limit, LongAdder> counts = new EnumMap<>(Limit.class);

  /** All at zero. */
  public LimitCounts() {
    for (var limit : Limit.values()) {
      counts.put(limit, new LongAdder());
    }
  }

  /** Counts that a limit was reached. */
  public void reached(Limit limit) {
    Objects.requireNonNull(counts.get(limit)).increment();
  }

  /** How often a limit was reached. */
  public long of(Limit limit) {
    return Objects.requireNonNull(counts.get(limit)).sum();
  }
}
