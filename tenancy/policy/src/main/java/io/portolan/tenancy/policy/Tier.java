package io.portolan.tenancy.policy;

/**
 * How much a server is trusted with. A server that nobody puts into a tier counts as {@link #T2}.
 */
public enum Tier {
  /** Reads only. */
  T0,
  /** Writes within bounds. */
  T1,
  /** Privileged. */
  T2
}
