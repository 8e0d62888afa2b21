package io.portolan.tenancy.store.testkit;

/** What may go wrong between a caller and an engine. */
public enum Fault {
  /** The operation succeeds, and the caller sees a time-out. */
  TIMEOUT_AFTER,
  /** The operation never starts, and the caller sees a time-out. */
  TIMEOUT_BEFORE,
  /** The engine refuses, and says that nothing happened. */
  UNAVAILABLE,
  /** The operation takes some milliseconds longer. */
  SLOW,
  /** The operation is delivered twice; the caller sees the second answer. */
  DUPLICATE
}
