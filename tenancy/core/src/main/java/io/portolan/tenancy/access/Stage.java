package io.portolan.tenancy.access;

/** When texts of a call are looked at. */
public enum Stage {
  /** Before the call: what the caller sends. */
  ARGUMENTS,
  /** After it: what the server answers. */
  RESULTS
}
