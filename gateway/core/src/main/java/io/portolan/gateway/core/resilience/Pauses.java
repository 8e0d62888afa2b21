package io.portolan.gateway.core.resilience;

import io.portolan.gateway.core.upstream.UpstreamFailure.Throttled;
import io.portolan.gateway.core.upstream.UpstreamFailure.Throttled.Whom;
import io.portolan.tenancy.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * 429 says that this caller sends too much (RFC 6585), 503 that the server can take no more. Were a
 * 429 kept for everybody, one caller who is told to slow down would shut the server for all others.
 * A server that limits the gateway as a whole tells each of them once.
 */

/**
 * The pauses that one server has asked for, of one caller or of everybody. Bounded in time and in
 * number. Thread-safe; where there is none, asking costs two volatile reads.
 */
final class Pauses {
  static final int CALLERS_MAX = 1_024;
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final LongSupplier nanos;
  private final Map<Principal, Long> callers = new ConcurrentHashMap<>(2);
  private volatile boolean any;
  private volatile boolean all;
  private volatile long allUntil;

  Pauses(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Why a caller must not call now; null when it may. */
  @Nullable Throttled refusal(@Nullable Principal caller) {
    if (all) {
      var left = allUntil - nanos.getAsLong();
      if (left > 0) {
        return refusal(left, Whom.EVERYBODY);
      }
      all = false;
    }
    var until = any && caller != null ? callers.get(caller) : null;
    if (caller == null || until == null) {
      return null;
    }
    var left = until - nanos.getAsLong();
    if (left > 0) {
      return refusal(left, Whom.CALLER);
    }
    callers.remove(caller, until);
    return null;
  }

  private static Throttled refusal(long nanosLeft, Whom whom) {
    return new Throttled(Duration.ofNanos(nanosLeft), whom, "the server asked for a pause");
  }

  /** The server asked for a pause when this caller called. */
  void asked(Throttled pause, @Nullable Principal caller) {
    var asked = pause.retryAfter().compareTo(LONGEST) > 0 ? LONGEST : pause.retryAfter();
    var until = nanos.getAsLong() + asked.toNanos();
    switch (pause.whom()) {
      case EVERYBODY -> {
        allUntil = until;
        all = true;
      }
      case CALLER -> {
        if (caller != null && hasRoom(caller)) {
          callers.put(caller, until);
          any = true;
        }
      }
    }
  }

  /** Who finds no room is told by the server again, next time. */
  private boolean hasRoom(Principal caller) {
    if (callers.size() < CALLERS_MAX || callers.containsKey(caller)) {
      return true;
    }
    var now = nanos.getAsLong();
    callers.values().removeIf(until -> until - now <= 0);
    return callers.size() < CALLERS_MAX;
  }

  /** The server is well: nobody pauses any more. */
  void clear() {
    all = false;
    any = false;
    callers.clear();
  }
}
