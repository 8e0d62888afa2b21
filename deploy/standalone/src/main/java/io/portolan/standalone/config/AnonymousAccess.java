package io.portolan.standalone.config;

/** From where callers without credentials are let in. */
public enum AnonymousAccess {
  /** From this machine only: binding to any other address is refused. */
  LOOPBACK,
  /** From anywhere the address is reachable; the operator guards the network. */
  ANYWHERE,
  /** From nowhere: everybody must sign in. */
  OFF
}
