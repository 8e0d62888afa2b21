package io.portolan.standalone.config;

import java.time.Duration;

/**
 * What the gateway takes on at most. Every bound is finite.
 *
 * @param requestBytesMax largest accepted request body, 1 KiB to 64 MiB
 * @param responseBytesMax largest answer of a server that is relayed, 64 KiB to 1 GiB
 * @param sessionsMax legacy sessions at a time, 1 to 1 000 000
 * @param streamsPerSessionMax open event streams of one session, 1 to 1 000
 * @param callTimeout how long a call may take where a server does not say, 100 ms to 10 minutes
 * @param connectTimeout how long connecting to a server may take, 100 ms to 2 minutes
 * @param drainTimeout how long calls in flight may go on at a stop, 0 to 10 minutes
 */
public record Limits(
    int requestBytesMax,
    int responseBytesMax,
    int sessionsMax,
    int streamsPerSessionMax,
    Duration callTimeout,
    Duration connectTimeout,
    Duration drainTimeout) {
  static final Bound REQUEST_BYTES = new Bound(1 << 10, 64 << 20);
  static final Bound RESPONSE_BYTES = new Bound(64 << 10, 1 << 30);
  static final Bound SESSIONS = new Bound(1, 1_000_000);
  static final Bound STREAMS = new Bound(1, 1_000);
  static final Bound CALL_MILLIS = new Bound(100, 600_000);
  static final Bound CONNECT_MILLIS = new Bound(100, 120_000);
  static final Bound DRAIN_MILLIS = new Bound(0, 600_000);

  /** What holds where nothing is said. */
  public static final Limits DEFAULT =
      new Limits(
          4 << 20,
          64 << 20,
          10_000,
          16,
          Duration.ofMinutes(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(25));

  public Limits {
    REQUEST_BYTES.require("requestBytesMax", requestBytesMax);
    RESPONSE_BYTES.require("responseBytesMax", responseBytesMax);
    SESSIONS.require("sessionsMax", sessionsMax);
    STREAMS.require("streamsPerSessionMax", streamsPerSessionMax);
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
