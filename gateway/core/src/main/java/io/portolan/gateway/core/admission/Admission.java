package io.portolan.gateway.core.admission;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.access.Access;
import io.portolan.tenancy.access.Policy;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a caller is admitted to. Callers with the same {@link Access} share the lists that
 * were filtered for it. Thread-safe; what it keeps is bounded, and found again when it was dropped.
 */
public final class Admission {
  static final int ACCESSES_MAX = 2_000;

  private final Policy policy;
  private final Clock clock;
  private final ConcurrentHashMap<Access, Admitted> known = new ConcurrentHashMap<>();

  /** Admits as {@code policy} says, at the time of {@code clock}. */
  public Admission(Policy policy, Clock clock) {
    this.policy = policy;
    this.clock = clock;
  }

  /** What a caller is admitted to now; null when that is everything. */
  public @Nullable Admitted of(Caller caller) {
    var access = policy.of(caller);
    if (access.isOpen()) {
      return null;
    }
    var admitted = known.get(access);
    if (admitted != null) {
      return admitted;
    }
    if (known.size() >= ACCESSES_MAX) {
      known.clear();
    }
    return known.computeIfAbsent(access, Admitted::new);
  }

  /** The time that counts for a request. */
  public Instant now() {
    return clock.instant();
  }

  /** Lists changed: what was filtered from older ones is of no use. */
  public void listsChanged() {
    known.values().forEach(Admitted::forgetLists);
  }

  /** The rules changed: what was found for older ones is of no use. */
  public void rulesChanged() {
    known.clear();
  }
}
