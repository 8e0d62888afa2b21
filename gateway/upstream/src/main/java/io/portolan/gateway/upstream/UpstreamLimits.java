package io.portolan.gateway.upstream;

import io.portolan.gateway.core.edge.LimitCounts;
import java.time.Duration;

/**
 * How much a server may use of this process, and how long it may take to connect.
 *
 * @param responseBytesMax largest answer, and largest server-sent event, in bytes
 * @param connectionsPerServerMax most calls under way at a time to one HTTP server
 * @param idleEviction how long an unused connection is kept
 * @param connectTimeout how long one connection attempt may take, TLS included
 * @param firstConnectBudget how long a child process may take until it answers for the first time
 * @param lineBytesMax longest line a child process may write
 * @param stderrBytesMax how much of a child's standard error is kept
 * @param counts learns which limits were reached
 */
public record UpstreamLimits(
    int responseBytesMax,
    int connectionsPerServerMax,
    Duration idleEviction,
    Duration connectTimeout,
    Duration firstConnectBudget,
    int lineBytesMax,
    int stderrBytesMax,
    LimitCounts counts) {

  /** 64 MiB answers, 256 connections kept for 30 s, 5 s to connect, 15 s for a child to start. */
  public static final UpstreamLimits DEFAULT =
      new UpstreamLimits(
          64 << 20,
          256,
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          16 << 20,
          64 << 10);

  /** With counts that nobody looks at. */
  public UpstreamLimits(
      int responseBytesMax,
      int connectionsPerServerMax,
      Duration idleEviction,
      Duration connectTimeout,
      Duration firstConnectBudget,
      int lineBytesMax,
      int stderrBytesMax) {
    this(
        responseBytesMax,
        connectionsPerServerMax,
        idleEviction,
        connectTimeout,
        firstConnectBudget,
        lineBytesMax,
        stderrBytesMax,
        new LimitCounts());
  }

  public UpstreamLimits {
    if (responseBytesMax < 1024 || lineBytesMax < 1024 || stderrBytesMax < 1024) {
      throw new IllegalArgumentException("size limits must be at least 1024 bytes");
    }
    if (connectionsPerServerMax < 1) {
      throw new IllegalArgumentException("at least one connection per server is needed");
    }
    if (!idleEviction.isPositive()
        || !connectTimeout.isPositive()
        || !firstConnectBudget.isPositive()) {
      throw new IllegalArgumentException("times must be positive");
    }
  }
}
