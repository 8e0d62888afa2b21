package io.portolan.tenancy;

/**
 * What travels with one call through every layer: who calls, until when, and under which trace.
 * Immutable; passed explicitly, never through a thread.
 *
 * @param principal the authenticated caller and its tenant
 * @param deadline the instant by which the call must have ended
 * @param trace the W3C trace the call belongs to
 */
public record CallContext(Principal principal, Deadline deadline, TraceContext trace) {
  /** The caller's tenant. */
  public TenantId tenant() {
    return principal.tenant();
  }
}
