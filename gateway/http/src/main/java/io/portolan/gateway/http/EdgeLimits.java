package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.MemoryBudget;
import java.time.Duration;

/**
 * What the edge takes on at most, and how long it waits for whom. Every bound is finite.
 *
 * @param bodyBytesMax largest accepted request body, 1 KiB to 64 MiB
 * @param headBytesMax largest accepted request line and largest accepted headers, each, 1 KiB to 1
 *     MiB
 * @param connectionsMax connections open at a time, 1 to 1 000 000; more wait in the system's queue
 * @param headTimeout how long a request line with its headers may take to arrive; also how long a
 *     fresh connection may stay silent
 * @param bodyTimeout how long a body may take to arrive, on top of what {@code bodyBytesPerSecond}
 *     grants
 * @param bodyBytesPerSecond a body that arrives at this rate is never too slow
 * @param idleTimeout how long a connection may be idle between requests
 * @param writeTimeout how long a client may read nothing at all while it is being written to
 * @param callTimeout how long a call may take
 * @param memoryBytesMax how much memory the messages under way may take together, at least 1 KiB
 * @param drainTimeout how long calls in flight may go on once the server is being closed
 */
public record EdgeLimits(
    int bodyBytesMax,
    int headBytesMax,
    int connectionsMax,
    Duration headTimeout,
    Duration bodyTimeout,
    int bodyBytesPerSecond,
    Duration idleTimeout,
    Duration writeTimeout,
    Duration callTimeout,
    long memoryBytesMax,
    Duration drainTimeout) {

  /** What holds where nothing is said. */
  public static final EdgeLimits DEFAULT =
      new EdgeLimits(
          4 << 20,
          16 << 10,
          20_000,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          16 << 10,
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          MemoryBudget.ofHeap(),
          Duration.ofSeconds(25));

  public EdgeLimits {
    within("bodyBytesMax", bodyBytesMax, 1 << 10, 64 << 20);
    within("headBytesMax", headBytesMax, 1 << 10, 1 << 20);
    within("connectionsMax", connectionsMax, 1, 1_000_000);
    within("bodyBytesPerSecond", bodyBytesPerSecond, 1, 1 << 30);
    within("headTimeout", headTimeout.toMillis(), 100, 600_000);
    within("bodyTimeout", bodyTimeout.toMillis(), 100, 600_000);
    within("idleTimeout", idleTimeout.toMillis(), 100, 3_600_000);
    within("writeTimeout", writeTimeout.toMillis(), 100, 600_000);
    within("callTimeout", callTimeout.toMillis(), 1, 3_600_000);
    within("memoryBytesMax", memoryBytesMax, 1 << 10, Long.MAX_VALUE);
    within("drainTimeout", drainTimeout.toMillis(), 0, 600_000);
  }

  private static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be within " + least + " and " + most + ": " + value);
    }
  }

  /** The same with another largest body. */
  public EdgeLimits withBodyBytesMax(int bytes) {
    return new EdgeLimits(
        bytes,
        headBytesMax,
        connectionsMax,
        headTimeout,
        bodyTimeout,
        bodyBytesPerSecond,
        idleTimeout,
        writeTimeout,
        callTimeout,
        memoryBytesMax,
        drainTimeout);
  }

  /** The same with another bound on the memory of messages. */
  public EdgeLimits withMemoryBytesMax(long bytes) {
    return new EdgeLimits(
        bodyBytesMax,
        headBytesMax,
        connectionsMax,
        headTimeout,
        bodyTimeout,
        bodyBytesPerSecond,
        idleTimeout,
        writeTimeout,
        callTimeout,
        bytes,
        drainTimeout);
  }

  /** The same with other times for a call and for draining. */
  public EdgeLimits withCallAndDrain(Duration call, Duration drain) {
    return new EdgeLimits(
        bodyBytesMax,
        headBytesMax,
        connectionsMax,
        headTimeout,
        bodyTimeout,
        bodyBytesPerSecond,
        idleTimeout,
        writeTimeout,
        call,
        memoryBytesMax,
        drain);
  }
}
