package io.portolan.tenancy.store;

/**
 * What a table promises across nodes and regions. The embedded engine has one process and one file:
 * there every table is linearizable.
 */
public enum Consistency {
  /**
   * Writes are acknowledged by a quorum of the region they are made in and reach the others later;
   * the last write of a row wins. Reads see every write acknowledged in their region.
   */
  LOCAL_QUORUM,
  /**
   * Conditional batches and reads are linearizable for one partition. They go to the tenant's home
   * region, wherever they are made, and do not work while it cannot be reached.
   */
  SERIAL_IN_HOME_REGION,
  /** Like {@link #SERIAL_IN_HOME_REGION}, by a quorum of all regions: slow, for rare decisions. */
  SERIAL_EVERYWHERE
}
