package io.portolan.standalone.config;

/** Whose requests are in the audit log. */
public enum AuditScope {
  /** Those of callers that proved who they are. */
  SIGNED_IN,
  /** Those of anonymous callers as well. */
  EVERYBODY
}
