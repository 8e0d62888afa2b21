package io.portolan.tenancy.usage;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.UsageLedger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What one series of one hour has counted. Thread-safe; its lock is never held over I/O. */
final class Counts {
  private final Line line;
  private final long number;

  // Guarded by lock.
  private final ReentrantLock lock = new ReentrantLock();
  private long ok;
  private long toolErrors;
  private long refused;
  private long failed;
  private long bytesIn;
  private long bytesOut;
  private long latencyNanos;
  private long tokens;
  private long microMoney;
  private long changes;
  private long written;
  private boolean closed;

  /**
   * One series of one hour.
   *
   * @param hour hours since 1970, UTC
   */
  record Line(TenantId tenant, long hour, Labels labels) {}

  /**
   * What has been counted so far.
   *
   * @param changes tells it from what was counted before and after
   */
  record Snapshot(Totals totals, long changes) {}

  /**
   * @param number unique within the process
   */
  Counts(Line line, long number) {
    this.line = line;
    this.number = number;
  }

  Line line() {
    return line;
  }

  long number() {
    return number;
  }

  /** False when these counts are closed: the call is to be counted elsewhere. */
  boolean add(UsageLedger.Call call) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      switch (call.ending()) {
        case OK -> ok++;
        case TOOL_ERROR -> toolErrors++;
        case REFUSED -> refused++;
        case FAILED -> failed++;
      }
      bytesIn += call.bytes().in();
      bytesOut += call.bytes().out();
      latencyNanos += call.nanos();
      tokens += call.cost().tokens();
      microMoney += call.cost().microMoney();
      changes++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What is to be written; null when nothing is. */
  @Nullable Snapshot unwritten() {
    lock.lock();
    try {
      if (changes == written) {
        return null;
      }
      var totals =
          new Totals(
              ok,
              toolErrors,
              refused,
              failed,
              bytesIn,
              bytesOut,
              latencyNanos / 1_000,
              tokens,
              microMoney);
      return new Snapshot(totals, changes);
    } finally {
      lock.unlock();
    }
  }

  /** A snapshot is in the store. */
  void written(Snapshot snapshot) {
    lock.lock();
    try {
      written = snapshot.changes();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more, if all is written; false otherwise. */
  boolean close() {
    lock.lock();
    try {
      closed = changes == written;
      return closed;
    } finally {
      lock.unlock();
    }
  }
}
