package io.portolan.standalone.config;

import java.time.Duration;

/**
 * What the gateway takes on at most. Every bound is finite.
 *
 * @param requestBytesMax largest accepted request body, 1 KiB to 64 MiB
 * @param responseBytesMax largest answer of a server that is relayed, 64 KiB to 1 GiB
 * @param sessionsMax legacy sessions at a time, 1 to 1 000 000
 * @param sessionsPerPrincipalMax legacy sessions of one caller at a time, 1 to 1 000 000; without
 *     authentication all are one caller
 * @param sessionIdleTimeout how long a legacy session may go unused, 1 s to 24 h
 * @param sessionLifetimeMax how long after its opening a session may go on in another process, 1 m
 *     to 30 days
 * @param streamsPerSessionMax open event streams of the calls of one session, 1 to 1 000
 * @param streamsPerPrincipalMax streams of one caller's sessions that are being listened to, 1 to 1
 *     000 000
 * @param callTimeout how long a call may take where a server does not say, 100 ms to 10 minutes
 * @param connectTimeout how long connecting to a server may take, 100 ms to 2 minutes
 * @param drainTimeout how long calls in flight may go on at a stop, 0 to 10 minutes
 */
public record Limits(
    int requestBytesMax,
    int responseBytesMax,
    int sessionsMax,
    int sessionsPerPrincipalMax,
    Duration sessionIdleTimeout,
    Duration sessionLifetimeMax,
    int streamsPerSessionMax,
    int streamsPerPrincipalMax,
    Duration callTimeout,
    Duration connectTimeout,
    Duration drainTimeout) {
  static final Bound REQUEST_BYTES = new Bound(1 << 10, 64 << 20);
  static final Bound RESPONSE_BYTES = new Bound(64 << 10, 1 << 30);
  static final Bound SESSIONS = new Bound(1, 1_000_000);
  static final Bound STREAMS = new Bound(1, 1_000);
  static final Bound IDLE_MILLIS = new Bound(1_000, 86_400_000);
  static final Bound LIFETIME_MILLIS = new Bound(60_000, 2_592_000_000L);
  static final Bound CALL_MILLIS = new Bound(100, 600_000);
  static final Bound CONNECT_MILLIS = new Bound(100, 120_000);
  static final Bound DRAIN_MILLIS = new Bound(0, 600_000);

  /** What holds where nothing is said. */
  public static final Limits DEFAULT =
      new Limits(
          4 << 20,
          64 << 20,
          10_000,
          10_000,
          Duration.ofMinutes(60),
          Duration.ofHours(24),
          64,
          10_000,
          Duration.ofMinutes(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(25));

  public Limits {
    REQUEST_BYTES.require("requestBytesMax", requestBytesMax);
    RESPONSE_BYTES.require("responseBytesMax", responseBytesMax);
    SESSIONS.require("sessionsMax", sessionsMax);
    SESSIONS.require("sessionsPerPrincipalMax", sessionsPerPrincipalMax);
    IDLE_MILLIS.require("sessionIdleTimeout", sessionIdleTimeout.toMillis());
    LIFETIME_MILLIS.require("sessionLifetimeMax", sessionLifetimeMax.toMillis());
    STREAMS.require("streamsPerSessionMax", streamsPerSessionMax);
    SESSIONS.require("streamsPerPrincipalMax", streamsPerPrincipalMax);
    CALL_MILLIS.require("callTimeout", callTimeout.toMillis());
    CONNECT_MILLIS.require("connectTimeout", connectTimeout.toMillis());
    DRAIN_MILLIS.require("drainTimeout", drainTimeout.toMillis());
  }

  /** An inclusive range. */
  record Bound(long least, long most) {
    boolean holds(long value) {
      return value >= least && value <= most;
    }

    void require(String name, long value) {
      if (!holds(value)) {
        throw new IllegalArgumentException(
            name + " must be within " + least + " and " + most + ": " + value);
      }
    }
  }
}
