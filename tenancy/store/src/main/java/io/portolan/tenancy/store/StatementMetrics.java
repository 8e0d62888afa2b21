package io.portolan.tenancy.store;

/**
 * Hears of every statement that an engine made of its callers' operations. Called by many threads;
 * must not block and must not throw.
 */
public interface StatementMetrics {
  /** Hears nothing. */
  StatementMetrics NONE = (_, _, _, _) -> {};

  /** What a statement does. */
  enum Kind {
    READ,
    /** A read that takes part in a table's transactions. */
    SERIAL_READ,
    WRITE,
    /** A conditional batch: one attempt of it, where an engine makes several. */
    BATCH
  }

  /** How it ended. A batch whose conditions did not hold is answered as well. */
  enum Ending {
    ANSWERED,
    /** No answer in time; a write may have happened. */
    TIMED_OUT,
    /** It was not begun: too few replicas, no node, a full disk. */
    UNAVAILABLE,
    /** The engine could not do it. */
    FAILED
  }

  /**
   * A statement ended.
   *
   * @param table one of the schema's names
   */
  void ended(String table, Kind kind, Ending ending, long nanos);
}
