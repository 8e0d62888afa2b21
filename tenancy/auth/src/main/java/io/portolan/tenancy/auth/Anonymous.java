package io.portolan.tenancy.auth;

/** Whether a request without credentials is let in. */
public enum Anonymous {
  /** As long as there is no issuer and was never an API key: a process nobody set up yet. */
  UNTIL_CONFIGURED,
  /** Always, because an operator said so. */
  ALLOWED,
  /** Never. */
  REFUSED
}
