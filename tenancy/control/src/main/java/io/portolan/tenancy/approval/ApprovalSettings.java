package io.portolan.tenancy.approval;

import java.time.Duration;

/**
 * How long what is asked and decided holds.
 *
 * @param pending an approval that was asked for can be given for so long
 * @param approved one that was given must be used within this time
 * @param rejected after a rejection the same action cannot be asked for again for so long
 */
public record ApprovalSettings(Duration pending, Duration approved, Duration rejected) {
  /** A day, a quarter of an hour, a quarter of an hour. */
  public static final ApprovalSettings DEFAULT =
      new ApprovalSettings(Duration.ofDays(1), Duration.ofMinutes(15), Duration.ofMinutes(15));
}
