package io.portolan.gateway.core.testkit;

import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An audit log in memory, which can be told to take nothing more. Thread-safe. */
public final class KeptAudit implements AuditLog {
  private final List<AuditEvent> intended = new CopyOnWriteArrayList<>();
  private volatile boolean full;

  /** What was told before it was done. */
  public List<AuditEvent> intended() {
    return intended;
  }

  /** Takes nothing from now on. */
  public void fill() {
    full = true;
  }

  @Override
  public Before before(AuditEvent event, Deadline deadline) {
    if (full) {
      return new Before.Unrecorded("full");
    }
    intended.add(event);
    return new Before.Recorded();
  }

  @Override
  public Handed after(AuditEvent event) {
    return full ? Handed.LOST : Handed.ACCEPTED;
  }

  @Override
  public String inputHash(TenantId tenant, byte[] json, int from, int until) {
    return "hash";
  }
}
