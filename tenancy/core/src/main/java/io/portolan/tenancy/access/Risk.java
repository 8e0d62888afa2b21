package io.portolan.tenancy.access;

/** What an action can do at worst. The order counts: later is worse. */
public enum Risk {
  /** Reads, and changes nothing. */
  L0,
  /** Writes within bounds; what it does can be undone. */
  L1,
  /** Changes or deletes what was there. */
  L2,
  /** Cannot be undone and reaches far: money, production, other people. */
  L3
}
