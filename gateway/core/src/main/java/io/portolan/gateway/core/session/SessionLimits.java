package io.portolan.gateway.core.session;

import java.time.Duration;

/**
 * Bounds on legacy sessions.
 *
 * @param sessionsMax sessions at a time
 * @param perPrincipalMax sessions of one principal at a time
 * @param streamsPerSessionMax event streams of one session at a time, those of its calls included
 * @param streamsPerPrincipalMax streams of all sessions of one principal that are being read
 * @param idleMax how long a session may go unused
 * @param lifetimeMax how long after its opening an id opens a session that is not in memory
 * @param replayBytesMax how much all sessions together keep for clients that come back
 */
public record SessionLimits(
    int sessionsMax,
    int perPrincipalMax,
    int streamsPerSessionMax,
    int streamsPerPrincipalMax,
    Duration idleMax,
    Duration lifetimeMax,
    long replayBytesMax) {
  /** What holds where nothing is said. */
  public static final SessionLimits DEFAULT =
      new SessionLimits(
          100_000, 100_000, 64, 100_000, Duration.ofMinutes(60), Duration.ofHours(24), 128L << 20);

  public SessionLimits {
    if (sessionsMax < 1
        || perPrincipalMax < 1
        || streamsPerSessionMax < 1
        || streamsPerPrincipalMax < 1
        || replayBytesMax < 0) {
      throw new IllegalArgumentException("counts must be positive");
    }
    if (!idleMax.isPositive() || !lifetimeMax.isPositive()) {
      throw new IllegalArgumentException("times must be positive");
    }
  }

  /** The same for as many sessions, in all and of one principal. */
  public SessionLimits withSessions(int all, int ofPrincipal) {
    return new SessionLimits(
        all,
        ofPrincipal,
        streamsPerSessionMax,
        streamsPerPrincipalMax,
        idleMax,
        lifetimeMax,
        replayBytesMax);
  }

  /** The same for as many streams, of one session and of one principal. */
  public SessionLimits withStreams(int ofSession, int ofPrincipal) {
    return new SessionLimits(
        sessionsMax, perPrincipalMax, ofSession, ofPrincipal, idleMax, lifetimeMax, replayBytesMax);
  }

  /** The same with other times. */
  public SessionLimits withTimes(Duration idle, Duration lifetime) {
    return new SessionLimits(
        sessionsMax,
        perPrincipalMax,
        streamsPerSessionMax,
        streamsPerPrincipalMax,
        idle,
        lifetime,
        replayBytesMax);
  }
}
