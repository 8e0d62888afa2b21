package io.portolan.tenancy;

/** The record of who did what. Nothing that was recorded is ever changed. Thread-safe. */
public interface AuditLog {
  /** Keeps nothing, so nothing that must be recorded first may happen. */
  AuditLog NONE =
      new AuditLog() {
        @Override
        public Before before(AuditEvent event, Deadline deadline) {
          return new Before.Unrecorded("there is no audit log");
        }

        @Override
        public Handed after(AuditEvent event) {
          return Handed.ACCEPTED;
        }

        @Override
        public String inputHash(TenantId tenant, byte[] json, int from, int until) {
          return "";
        }
      };

  /** What became of an event that had to be recorded first. */
  sealed interface Before {
    /** It is durable: what it tells of may happen. */
    record Recorded() implements Before {}

    /**
     * It could not be made durable in time: what it tells of must not happen. It may be recorded
     * yet, as something that was intended.
     *
     * @param reason for the log, not for callers
     */
    record Unrecorded(String reason) implements Before {}
  }

  /** What became of an event that was handed over. */
  enum Handed {
    /** It will be written with the next ones; a kill of the process before that loses it. */
    ACCEPTED,
    /**
     * As many as may wait do, because the store does not keep up. The log itself will tell, in its
     * place, how many events were lost.
     */
    LOST
  }

  /** Records what is about to happen; blocks until it is durable or the deadline has passed. */
  Before before(AuditEvent event, Deadline deadline) throws InterruptedException;

  /** Leaves what has happened to be recorded; never blocks for I/O. */
  Handed after(AuditEvent event);

  /**
   * A keyed hash of arguments as they were sent, which nobody without the tenant's key can compare
   * with a guess.
   */
  String inputHash(TenantId tenant, byte[] json, int from, int until);
}
