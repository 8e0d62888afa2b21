package io.portolan.standalone.config;

/**
 * What becomes of the audit log. Immutable.
 *
 * @param scope whose requests are in it
 * @param retentionDays how many days records are kept; 0 for ever
 */
public record Auditing(AuditScope scope, int retentionDays) {
  /** What holds where nothing is said. */
  public static final Auditing DEFAULT = new Auditing(AuditScope.SIGNED_IN, 0);

  static final Limits.Bound DAYS = new Limits.Bound(1, 36_500);
}
