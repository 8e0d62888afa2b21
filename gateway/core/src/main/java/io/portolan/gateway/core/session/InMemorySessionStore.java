package io.portolan.gateway.core.session;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/*
 * Sessions of this run need no memory of their end: one that is not in memory has ended. Of others,
 * issued before a restart or by another instance, the end is remembered until their id expires. When
 * that is too much, the oldest are forgotten together with everything issued before them: an ended
 * session is never served again, at the price that some others have to be opened anew.
 */

/** The state of the sessions of one process, for as long as it runs. Thread-safe; bounded. */
public final class InMemorySessionStore implements SessionStore {
  private static final int ENDED_MAX = 100_000;

  private record Ended(long issuedMillis, long expiresMillis) {}

  private final long run;
  private final int endedMax;
  private final Clock clock;

  // Guarded by ended; oldest first. Invariant: what is not in it and was issued at or before the
  // floor may not be served.
  private final Map<Long, Ended> ended = new LinkedHashMap<>();
  private long floorMillis = Long.MIN_VALUE;

  /**
   * A store for sessions issued by {@code run}, and for those that others issued.
   *
   * @param clock tells when ids have expired
   */
  public InMemorySessionStore(long run, Clock clock) {
    this(run, clock, ENDED_MAX);
  }

  InMemorySessionStore(long run, Clock clock, int endedMax) {
    this.run = run;
    this.clock = clock;
    this.endedMax = endedMax;
  }

  @Override
  public SessionState state(SealedSession session) {
    return new InMemorySessionState();
  }

  @Override
  public void ended(SealedSession session, long expiresMillis) {
    if (session.issuer() == run) {
      return;
    }
    synchronized (ended) {
      ended.put(session.number(), new Ended(session.issuedMillis(), expiresMillis));
      if (ended.size() > endedMax) {
        forget(clock.millis());
      }
    }
  }

  private void forget(long now) {
    ended.values().removeIf(one -> one.expiresMillis() <= now);
    var oldest = ended.values().iterator();
    while (ended.size() > endedMax - endedMax / 10) {
      floorMillis = Math.max(floorMillis, oldest.next().issuedMillis());
      oldest.remove();
    }
  }

  @Override
  public boolean mayBeServed(SealedSession session) {
    if (session.issuer() == run) {
      return false;
    }
    synchronized (ended) {
      return session.issuedMillis() > floorMillis && !ended.containsKey(session.number());
    }
  }
}
