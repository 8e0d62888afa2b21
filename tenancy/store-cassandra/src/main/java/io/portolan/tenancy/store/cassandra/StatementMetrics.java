package io.portolan.tenancy.store.cassandra;

/** Hears of every statement that was sent. Called by many threads; must not block. */
public interface StatementMetrics {
  /** Hears nothing. */
  StatementMetrics NONE = (_, _, _, _) -> {};

  /** What a statement does. */
  enum Kind {
    READ,
    SERIAL_READ,
    WRITE,
    BATCH
  }

  /** How it ended. A batch that was not applied is answered as well. */
  enum Ending {
    ANSWERED,
    TIMED_OUT,
    UNAVAILABLE
  }

  /**
   * A statement ended.
   *
   * @param table one of the schema's names
   */
  void ended(String table, Kind kind, Ending ending, long nanos);
}
