package io.portolan.standalone.config;

/** Where the one JSON line for each call goes. */
public enum AccessLog {
  /** Standard output. */
  STDOUT,
  /** {@code access.log} in the data directory. */
  FILE,
  /** Nowhere. */
  OFF
}
