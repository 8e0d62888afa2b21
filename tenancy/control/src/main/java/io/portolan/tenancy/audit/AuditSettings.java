package io.portolan.tenancy.audit;

import java.time.Duration;

/**
 * How the log gathers, signs and gives up.
 *
 * @param waitingMax events of all tenants that wait to be written, 1 to 1,000,000
 * @param waitingPerTenantMax those of one tenant, so that one that floods loses its own only
 * @param gather how long the first event waits for others to be written with it
 * @param checkpointEvents records after which the chain is signed
 * @param checkpointInterval time after which it is signed, if there are records that are not
 * @param segmentRecords records of a segment, after which the next one begins
 * @param commitTimeout time one write may take, after which it is tried again
 * @param closeTimeout time the log has to write what waits when it is closed
 */
public record AuditSettings(
    int waitingMax,
    int waitingPerTenantMax,
    Duration gather,
    int checkpointEvents,
    Duration checkpointInterval,
    int segmentRecords,
    Duration commitTimeout,
    Duration closeTimeout) {
  public static final AuditSettings DEFAULT =
      new AuditSettings(
          32_768,
          8_192,
          Duration.ofMillis(100),
          10_000,
          Duration.ofMinutes(1),
          65_536,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5));

  public AuditSettings {
    if (waitingMax < 1 || waitingMax > 1_000_000) {
      throw new IllegalArgumentException("waitingMax must be 1 to 1,000,000: " + waitingMax);
    }
    if (waitingPerTenantMax < 1 || waitingPerTenantMax > waitingMax) {
      throw new IllegalArgumentException(
          "waitingPerTenantMax must be 1 to " + waitingMax + ": " + waitingPerTenantMax);
    }
    if (checkpointEvents < 1 || segmentRecords < 1) {
      throw new IllegalArgumentException("checkpointEvents and segmentRecords must be positive");
    }
  }
}
