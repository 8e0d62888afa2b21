package io.portolan.gateway.core.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes all sessions together may keep for clients that come back. Beyond it each stream
 * keeps its newest event only. Thread-safe.
 */
public final class ReplayMemory {
  private final long bytesMax;
  private final AtomicLong bytes = new AtomicLong();

  /** A memory of {@code bytesMax} bytes. */
  public ReplayMemory(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  void add(long more) {
    bytes.addAndGet(more);
  }

  boolean isOver() {
    return bytes.get() > bytesMax;
  }

  /** How many bytes are kept now. */
  public long bytes() {
    return bytes.get();
  }
}
