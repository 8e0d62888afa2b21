package io.portolan.tenancy;

import org.jspecify.annotations.Nullable;

/** Counts what callers used: for reports and bills, not for limits. Thread-safe. */
@FunctionalInterface
public interface UsageLedger {
  /** Counts nothing. */
  UsageLedger NONE = (_, _) -> {};

  /** Counts a call that has ended. Takes no I/O and waits for none. */
  void count(Caller caller, Call call);

  /**
   * A call that has ended.
   *
   * @param server the server it was for; null where it was for none
   * @param tool the tool's own name; null where none was called
   * @param nanos how long it took
   * @param bytes what was carried
   * @param cost what it cost
   */
  record Call(
      @Nullable String server,
      @Nullable String tool,
      Ending ending,
      long nanos,
      Bytes bytes,
      Cost cost) {}

  /**
   * What was carried, without heads and framing.
   *
   * @param in bytes of the request
   * @param out bytes of the reply
   */
  record Bytes(long in, long out) {}

  /** How a call ended. */
  enum Ending {
    OK,
    /** The tool ran, and failed. */
    TOOL_ERROR,
    /** The gateway refused it; no server was asked. */
    REFUSED,
    /** The server failed it, or it was given up. */
    FAILED
  }
}
